package com.terrifictotes.etl.testsupport;

import com.terrifictotes.etl.loopback.LocalPostgres;
import com.terrifictotes.etl.loopback.LoopbackAws;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Both servers without containers, in a temporary folder. */
final class EmbeddedBackend implements Backend {

    private final Path folder;
    private final LocalPostgres postgres;
    private final LoopbackAws aws;
    private final S3Client s3;
    private final SecretsManagerClient secretsManager;

    EmbeddedBackend() {
        try {
            this.folder = Files.createTempDirectory("totesys-test-servers-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary folder", e);
        }
        this.postgres = LocalPostgres.start(folder.resolve("postgres"));
        this.aws = LoopbackAws.start(folder.resolve("s3"));
        this.s3 = aws.s3Client();
        this.secretsManager = aws.secretsManagerClient();
    }

    @Override
    public URI endpoint() {
        return aws.endpoint();
    }

    @Override
    public S3Client s3() {
        return s3;
    }

    @Override
    public SecretsManagerClient secretsManager() {
        return secretsManager;
    }

    @Override
    public void createSecret(String name, String json) {
        aws.putSecret(name, json);
    }

    @Override
    public TestRole superuser(String database) {
        return new TestRole(postgres.host(), postgres.port(), database, "postgres", "");
    }

    @Override
    public TestRole seenByFunctions(TestRole role) {
        return role;
    }

    @Override
    public Optional<LoopbackAws> loopback() {
        return Optional.of(aws);
    }

    @Override
    public void close() {
        s3.close();
        secretsManager.close();
        aws.close();
        postgres.close();
        try (Stream<Path> paths = Files.walk(folder)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }
}
