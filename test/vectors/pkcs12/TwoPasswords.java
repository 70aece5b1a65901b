import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.security.Key;
import java.security.KeyStore;

/** Copies a key store, with another password for its keys: {@code java TwoPasswords.java from to password key-password}. */
class TwoPasswords {
  public static void main(String[] arguments) throws Exception {
    char[] password = arguments[2].toCharArray();
    KeyStore from = KeyStore.getInstance("PKCS12");
    try (FileInputStream in = new FileInputStream(arguments[0])) {
      from.load(in, password);
    }
    String alias = from.aliases().nextElement();
    Key key = from.getKey(alias, password);
    KeyStore to = KeyStore.getInstance("PKCS12");
    to.load(null, null);
    to.setKeyEntry(alias, key, arguments[3].toCharArray(), from.getCertificateChain(alias));
    try (FileOutputStream out = new FileOutputStream(arguments[1])) {
      to.store(out, password);
    }
  }
}
