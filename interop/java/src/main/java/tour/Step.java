package tour;

/** One thing to judge. None needs another. */
record Step(String name, Judge judge) {
    /** Throws when the service does not do what it should. */
    interface Judge {
        void judge(Vault vault) throws Exception;
    }
}
