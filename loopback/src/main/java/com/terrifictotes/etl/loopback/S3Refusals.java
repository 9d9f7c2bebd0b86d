package com.terrifictotes.etl.loopback;

import java.util.Map;

/** The error answers of S3 that are modelled, with the codes, statuses and messages of the S3 API reference. */
final class S3Refusals {

    private S3Refusals() {}

    static Refusal noSuchBucket(String bucket) {
        return new Refusal(404, "NoSuchBucket", "The specified bucket does not exist", Map.of("BucketName", bucket));
    }

    static Refusal noSuchKey(String key) {
        return new Refusal(404, "NoSuchKey", "The specified key does not exist.", Map.of("Key", key));
    }

    static Refusal noSuchUpload(String uploadId) {
        return new Refusal(
                404,
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or"
                        + " completed.",
                Map.of("UploadId", uploadId));
    }

    static Refusal preconditionFailed() {
        return new Refusal(
                412,
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
                Map.of("Condition", "If-None-Match"));
    }

    static Refusal bucketAlreadyOwnedByYou(String bucket) {
        return new Refusal(
                409,
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.",
                Map.of("BucketName", bucket));
    }

    static Refusal invalidBucketName(String bucket) {
        return new Refusal(
                400, "InvalidBucketName", "The specified bucket is not valid.", Map.of("BucketName", bucket));
    }

    static Refusal invalidArgument(String message) {
        return new Refusal(400, "InvalidArgument", message);
    }

    static Refusal keyTooLong(int bytes) {
        return new Refusal(
                400,
                "KeyTooLongError",
                "Your key is too long",
                Map.of("Size", Integer.toString(bytes), "MaxSizeAllowed", "1024"));
    }

    static Refusal badDigest(String name) {
        return new Refusal(400, "BadDigest", "The " + name + " you specified did not match the calculated checksum.");
    }

    static Refusal invalidDigest(String name) {
        return new Refusal(400, "InvalidDigest", "The " + name + " you specified is not valid.");
    }

    static Refusal contentHashMismatch() {
        return new Refusal(
                400,
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.");
    }

    static Refusal incompleteBody(String why) {
        return new Refusal(
                400,
                "IncompleteBody",
                "You did not provide the number of bytes specified by the Content-Length HTTP header: " + why);
    }

    static Refusal invalidRange(long size) {
        return new Refusal(
                416,
                "InvalidRange",
                "The requested range is not satisfiable",
                Map.of("ActualObjectSize", Long.toString(size)));
    }

    static Refusal malformedXml() {
        return new Refusal(
                400,
                "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema");
    }

    static Refusal invalidPart(int number) {
        return new Refusal(
                400,
                "InvalidPart",
                "One or more of the specified parts could not be found. The part may not have been uploaded, or the"
                        + " specified entity tag may not match the part's entity tag.",
                Map.of("PartNumber", Integer.toString(number)));
    }

    static Refusal invalidPartOrder() {
        return new Refusal(
                400,
                "InvalidPartOrder",
                "The list of parts was not in ascending order. Parts must be ordered by part number.");
    }

    static Refusal entityTooSmall(int number, long size) {
        return new Refusal(
                400,
                "EntityTooSmall",
                "Your proposed upload is smaller than the minimum allowed size",
                Map.of(
                        "PartNumber",
                        Integer.toString(number),
                        "ProposedSize",
                        Long.toString(size),
                        "MinSizeAllowed",
                        Long.toString(MultipartUploads.MINIMUM_PART_SIZE)));
    }
}
