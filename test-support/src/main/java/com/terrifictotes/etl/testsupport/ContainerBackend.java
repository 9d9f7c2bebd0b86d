package com.terrifictotes.etl.testsupport;

import com.terrifictotes.etl.loopback.LoopbackAws;
import java.net.URI;
import java.util.Optional;
import org.testcontainers.containers.Network;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Both servers in containers. */
final class ContainerBackend implements Backend {

    /** The last image that starts without an account; with a token in the environment, that is passed on. */
    private static final DockerImageName LOCALSTACK = DockerImageName.parse("localstack/localstack:4.14.0");

    private static final DockerImageName POSTGRES = DockerImageName.parse("postgres:17");
    private static final String TOKEN = "LOCALSTACK_AUTH_TOKEN";
    private static final int POSTGRES_PORT = 5432;

    /** What containers call the database's. */
    private static final String POSTGRES_ALIAS = "postgres";

    /** LocalStack runs each Lambda function in a container of its own; those reach the database through this. */
    private final Network network = Network.newNetwork();

    private final LocalStackContainer aws =
            new LocalStackContainer(LOCALSTACK).withNetwork(network).withEnv("LAMBDA_DOCKER_NETWORK", network.getId());
    private final PostgreSQLContainer postgres =
            new PostgreSQLContainer(POSTGRES).withNetwork(network).withNetworkAliases(POSTGRES_ALIAS);
    private final S3Client s3;
    private final SecretsManagerClient secretsManager;

    ContainerBackend() {
        Optional.ofNullable(System.getenv(TOKEN)).ifPresent(token -> aws.withEnv(TOKEN, token));
        aws.start();
        postgres.withCommand("postgres", "-c", "max_prepared_transactions=20", "-c", "max_connections=100");
        postgres.start();
        StaticCredentialsProvider credentials =
                StaticCredentialsProvider.create(AwsBasicCredentials.create(aws.getAccessKey(), aws.getSecretKey()));
        this.s3 = S3Client.builder()
                .endpointOverride(endpoint())
                .region(Region.of(aws.getRegion()))
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .forcePathStyle(true)
                .build();
        this.secretsManager = SecretsManagerClient.builder()
                .endpointOverride(endpoint())
                .region(Region.of(aws.getRegion()))
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    @Override
    public URI endpoint() {
        return aws.getEndpoint();
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
        secretsManager.createSecret(request -> request.name(name).secretString(json));
    }

    @Override
    public TestRole superuser(String database) {
        return new TestRole(
                postgres.getHost(),
                postgres.getMappedPort(POSTGRES_PORT),
                database,
                postgres.getUsername(),
                postgres.getPassword());
    }

    @Override
    public TestRole seenByFunctions(TestRole role) {
        return new TestRole(POSTGRES_ALIAS, POSTGRES_PORT, role.database(), role.username(), role.password());
    }

    @Override
    public Optional<LoopbackAws> loopback() {
        return Optional.empty();
    }

    @Override
    public void close() {
        s3.close();
        secretsManager.close();
        aws.stop();
        postgres.stop();
        network.close();
    }
}
