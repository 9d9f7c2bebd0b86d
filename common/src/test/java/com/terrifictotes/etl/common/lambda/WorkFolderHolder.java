package com.terrifictotes.etl.common.lambda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that claims a work folder, leaves a file in it, says where, and lives until it is killed. */
final class WorkFolderHolder {

    private WorkFolderHolder() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = WorkFolder.claim(Path.of(arguments[0]), "transform-work");
        Files.writeString(Files.createDirectory(folder.resolve("transform-1")).resolve("half.parquet"), "PAR1");
        System.out.println(folder);
        System.in.read();
    }
}
