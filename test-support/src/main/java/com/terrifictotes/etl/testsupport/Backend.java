package com.terrifictotes.etl.testsupport;

import com.terrifictotes.etl.loopback.LoopbackAws;
import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** A running PostgreSQL and a running AWS, from wherever. */
sealed interface Backend extends AutoCloseable permits EmbeddedBackend, ContainerBackend {

    /** Where AWS is. */
    URI endpoint();

    /** Returns the one client of this backend. */
    S3Client s3();

    /** Returns the one client of this backend. */
    SecretsManagerClient secretsManager();

    void createSecret(String name, String json);

    /** Returns the superuser in one of the databases. */
    TestRole superuser(String database);

    /** Returns a role with the address at which a Lambda function finds its server. */
    TestRole seenByFunctions(TestRole role);

    /** Returns the server faults can be injected into, if AWS is that one. */
    Optional<LoopbackAws> loopback();

    @Override
    void close();
}
