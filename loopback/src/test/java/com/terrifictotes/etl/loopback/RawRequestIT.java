package com.terrifictotes.etl.loopback;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the SDK client would never send, byte by byte. */
final class RawRequestIT {

    @TempDir
    private static Path folder;

    private static LoopbackAws aws;

    @BeforeAll
    static void start() {
        aws = LoopbackAws.start(folder.resolve("state"));
        aws.createBucket("raw");
        aws.createBucket("paths");
    }

    @AfterAll
    static void stop() {
        aws.close();
    }

    @Test
    void storesNothingOfABodyThatIsCut() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "PUT /raw/cut HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nfive!");
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        }

        assertThat(filesIn("raw")).isEmpty();
        assertThat(filesIn(".loopback/incoming")).isEmpty();
    }

    @Test
    void storesNothingOfChunksThatAreCut() throws IOException {
        String answer = exchange(
                "PUT",
                "/raw/chunks",
                List.of("x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-decoded-content-length: 5"),
                "5\r\nfiv");

        assertThat(answer).startsWith("HTTP/1.1 400").contains("<Code>IncompleteBody</Code>");
        assertThat(filesIn("raw")).isEmpty();
    }

    @Test
    void verifiesTheTrailer() throws IOException {
        List<String> headers = List.of(
                "content-encoding: aws-chunked",
                "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                "x-amz-decoded-content-length: 5",
                "x-amz-trailer: x-amz-checksum-crc32");

        String wrong = exchange("PUT", "/raw/t", headers, "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n");
        String malformed = exchange("PUT", "/raw/t", headers, "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AA\r\n\r\n");
        String missing = exchange("PUT", "/raw/t", headers, "5\r\nhello\r\n0\r\n\r\n");
        String longer = exchange("PUT", "/raw/t", headers, "6\r\nhello!\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n");

        assertThat(wrong).startsWith("HTTP/1.1 400").contains("<Code>BadDigest</Code>");
        assertThat(malformed).startsWith("HTTP/1.1 400").contains("<Code>InvalidDigest</Code>");
        assertThat(missing).startsWith("HTTP/1.1 400").contains("<Code>IncompleteBody</Code>");
        assertThat(longer).startsWith("HTTP/1.1 400").contains("<Code>IncompleteBody</Code>");
        assertThat(filesIn("raw")).isEmpty();
    }

    @Test
    void verifiesTheHashOfThePayload() throws IOException {
        String answer = exchange("PUT", "/raw/hash", List.of("x-amz-content-sha256: " + "0".repeat(64)), "hello");

        assertThat(answer).startsWith("HTTP/1.1 400").contains("<Code>XAmzContentSHA256Mismatch</Code>");
        assertThat(filesIn("raw")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/paths/../../outside", "/paths/%2e%2e/%2E%2E/outside", "/paths/..%2f..%2foutside", "/../outside"
            })
    void writesNothingOutsideTheBucket(String path) throws IOException {
        exchange("PUT", path, List.of("If-None-Match: *"), "x");

        try (Stream<Path> outside = Files.walk(folder)) {
            assertThat(outside.filter(Files::isRegularFile)
                            .map(file -> folder.relativize(file).toString()))
                    .allMatch(file -> file.startsWith("state/paths/") || file.startsWith("state/.loopback/"));
        }
    }

    @Test
    void doesNotServeItsHiddenFolder() throws IOException {
        assertThat(exchange("GET", "/.loopback/lock", List.of(), ""))
                .startsWith("HTTP/1.1 404")
                .contains("<BucketName>.loopback</BucketName>");
    }

    @Test
    void asksForTheBodyOfAClientThatWaits() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "PUT /raw/ HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
            var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));

            assertThat(reader.readLine()).isEqualTo("HTTP/1.1 100 Continue");
        }
    }

    @Test
    void refusesAPartListThatIsNoXml() throws IOException {
        String answer = exchange("POST", "/raw/x?uploads", List.of(), "");
        String upload = answer.substring(answer.indexOf("<UploadId>") + 10, answer.indexOf("</UploadId>"));

        assertThat(exchange("POST", "/raw/x?uploadId=" + upload, List.of(), "<a"))
                .startsWith("HTTP/1.1 400")
                .contains("<Code>MalformedXML</Code>");
        assertThat(exchange("POST", "/raw/x?uploadId=" + upload, List.of(), "<CompleteMultipartUpload/>"))
                .contains("<Code>MalformedXML</Code>");
        assertThat(exchange("PUT", "/raw/x?partNumber=0&uploadId=" + upload, List.of(), "1"))
                .startsWith("HTTP/1.1 400")
                .contains("<Code>InvalidArgument</Code>");
        assertThat(exchange("DELETE", "/raw/x?uploadId=" + upload, List.of(), ""))
                .startsWith("HTTP/1.1 204");
    }

    private static String exchange(String method, String path, List<String> headers, String body) throws IOException {
        try (Socket socket = connect()) {
            send(
                    socket,
                    method + " " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: "
                            + body.length()
                            + "\r\n"
                            + headers.stream().map(header -> header + "\r\n").reduce("", String::concat)
                            + "\r\n" + body);
            try (InputStream answer = socket.getInputStream()) {
                return new String(answer.readAllBytes(), ISO_8859_1);
            }
        }
    }

    private static Socket connect() throws IOException {
        return new Socket(aws.endpoint().getHost(), aws.endpoint().getPort());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static List<Path> filesIn(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("state").resolve(name))) {
            return files.toList();
        }
    }
}
