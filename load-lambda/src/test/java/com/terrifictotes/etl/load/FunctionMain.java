package com.terrifictotes.etl.load;

import com.amazonaws.services.lambda.runtime.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;

/** Invokes the function once, as Lambda does: the payload comes from standard input, the answer goes to a file. */
final class FunctionMain {

    private FunctionMain() {}

    public static void main(String[] arguments) throws IOException {
        try (OutputStream answer = Files.newOutputStream(Path.of(arguments[0]))) {
            new LoadHandler().handleRequest(System.in, answer, contextWith(600_000));
        }
    }

    /** A context that knows nothing but the time that is left. */
    static Context contextWith(int remainingMilliseconds) {
        return (Context) Proxy.newProxyInstance(
                FunctionMain.class.getClassLoader(),
                new Class<?>[] {Context.class},
                (self, method, with) ->
                        method.getName().equals("getRemainingTimeInMillis") ? remainingMilliseconds : null);
    }
}
