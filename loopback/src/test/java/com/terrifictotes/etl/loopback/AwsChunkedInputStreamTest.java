package com.terrifictotes.etl.loopback;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AwsChunkedInputStreamTest {

    @Test
    void readsChunksAndTrailers() throws IOException {
        AwsChunkedInputStream stream = of(
                "5;chunk-signature=0a\r\nhello\r\n1\r\n \r\nB\r\nwide\r\nworld\r\n0\r\nX-Amz-Checksum-CRC32:AAAA==\r\n\r\n");

        assertThat(new String(stream.readAllBytes(), ISO_8859_1)).isEqualTo("hello wide\r\nworld");
        assertThat(stream.trailers()).containsExactly(entry("x-amz-checksum-crc32", "AAAA=="));
        assertThat(stream.read()).isEqualTo(-1);
    }

    @Test
    void readsByteByByteAndWithoutTheLastEmptyLine() throws IOException {
        AwsChunkedInputStream stream = of("2\r\n\u00ff\u0000\r\n0\r\n");

        assertThat(stream.read()).isEqualTo(0xFF);
        assertThat(stream.read()).isZero();
        assertThat(stream.read()).isEqualTo(-1);
        assertThat(stream.trailers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5\r\nhel", "2\r\nhello\r\n0\r\n\r\n", "x\r\n", "5", "-1\r\n", "10000000000000000\r\n"})
    void refusesABodyThatIsCutOrWrong(String body) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> of(body).readAllBytes())
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("IncompleteBody"));
    }

    private static AwsChunkedInputStream of(String body) {
        return new AwsChunkedInputStream(new ByteArrayInputStream(body.getBytes(ISO_8859_1)));
    }
}
