package com.terrifictotes.etl.transform;

/** Events as S3 sends them. */
final class S3Events {

    private S3Events() {}

    /**
     * An object was created.
     *
     * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html">Amazon
     *     S3: event message structure</a>
     */
    static String created(String bucket, String key) {
        return """
                {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-2",
                "eventTime":"2024-11-21T18:30:00.000Z","eventName":"ObjectCreated:Put",
                "userIdentity":{"principalId":"AWS:AROAEXAMPLE:extract"},
                "requestParameters":{"sourceIPAddress":"192.0.2.1"},
                "responseElements":{"x-amz-request-id":"C3D13FE58DE4C810","x-amz-id-2":"FMyUVURIY8="},
                "s3":{"s3SchemaVersion":"1.0","configurationId":"manifests",
                "bucket":{"name":"%s","ownerIdentity":{"principalId":"A3NL1KOZZKExample"},"arn":"arn:aws:s3:::%s"},
                "object":{"key":"%s","size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e","versionId":"",
                "sequencer":"0055AED6DCD90281E5"}}}]}
                """.formatted(bucket, bucket, key);
    }
}
