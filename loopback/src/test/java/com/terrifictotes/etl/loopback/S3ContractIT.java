package com.terrifictotes.etl.loopback;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** The contract, kept by the loopback server. */
final class S3ContractIT extends S3Contract {

    private static final String BUCKET = "contract";

    @TempDir
    private static Path folder;

    private static LoopbackAws aws;
    private static S3Client s3;

    @BeforeAll
    static void start() {
        aws = LoopbackAws.start(folder);
        aws.createBucket(BUCKET);
        s3 = aws.s3Client();
    }

    @AfterAll
    static void stop() {
        s3.close();
        aws.close();
    }

    @Override
    S3Client s3() {
        return s3;
    }

    @Override
    String bucket() {
        return BUCKET;
    }
}
