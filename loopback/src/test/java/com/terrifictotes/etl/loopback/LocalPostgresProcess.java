package com.terrifictotes.etl.loopback;

import java.nio.file.Path;

/** A process that starts a server, says so, and never stops it: what happens then is for its test to see. */
final class LocalPostgresProcess {

    private LocalPostgresProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        LocalPostgres postgres = LocalPostgres.start(Path.of(arguments[0]));
        System.out.println("started on port " + postgres.port());
        Thread.sleep(Long.MAX_VALUE);
    }
}
