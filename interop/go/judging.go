package main

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
)

// must gives the value, and ends the step when there was an error instead.
func must[T any](value T, err error) T {
	need(err)
	return value
}

func need(err error) {
	if err != nil {
		panic(err)
	}
}

func equal(what string, got, want any) {
	if !reflect.DeepEqual(got, want) {
		panic(fmt.Sprintf("%s is %v instead of %v", what, got, want))
	}
}

func holds(what string, condition bool) {
	if !condition {
		panic("it does not hold that " + what)
	}
}

// refused demands that the call failed with this status and error code.
func refused(what string, err error, status int, code string) {
	var response *azcore.ResponseError
	if !errors.As(err, &response) {
		panic(fmt.Sprintf("%s was not refused but gave: %v", what, err))
	}
	equal(what, fmt.Sprint(response.StatusCode, " ", response.ErrorCode), fmt.Sprint(status, " ", code))
}

// errorOf drops the value of a call that should fail.
func errorOf[T any](_ T, err error) error { return err }
