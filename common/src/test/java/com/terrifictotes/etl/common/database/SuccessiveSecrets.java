package com.terrifictotes.etl.common.database;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** A secret whose text is another one each time it is read; reading it more often than foreseen fails. */
final class SuccessiveSecrets implements SecretSource {

    private final Queue<String> texts;

    SuccessiveSecrets(String... texts) {
        this.texts = new ArrayDeque<>(List.of(texts));
    }

    @Override
    public String read(String name) {
        return texts.remove();
    }

    int left() {
        return texts.size();
    }
}
