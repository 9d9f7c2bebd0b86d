package com.terrifictotes.etl.transform;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.common.storage.ObjectStore.PutOutcome;
import java.nio.file.Path;

/** Puts what was made into the bucket. Whoever came first wrote the same bytes, so a taken key is fine. */
final class Publication {

    private Publication() {}

    /**
     * Makes sure that the object exists.
     *
     * @return whether this call wrote it
     * @throws PipelineException {@link ErrorCode#AWS_UNAVAILABLE} if another write of it is under way, which may yet fail
     */
    static boolean publish(ObjectStore store, String key, Path file, String contentType) {
        PutOutcome outcome = store.putIfAbsent(key, file, contentType);
        return switch (outcome) {
            case CREATED -> true;
            case TAKEN -> {
                if (!store.exists(key)) {
                    throw PipelineException.of(
                            ErrorCode.AWS_UNAVAILABLE,
                            "cannot write " + store.locate(key) + ": S3 reports another write of it that has not"
                                    + " finished; it is tried again by itself",
                            null);
                }
                yield false;
            }
        };
    }
}
