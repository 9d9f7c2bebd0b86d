package com.terrifictotes.etl.common.database;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.aws.AwsErrors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/** Where secrets are read. */
@FunctionalInterface
public interface SecretSource {

    /**
     * The current text of a secret.
     *
     * @param name name or ARN
     * @throws PipelineException if there is none or it cannot be read
     */
    String read(String name);

    /** Secrets of AWS Secrets Manager; the client stays the caller's to close. */
    static SecretSource of(SecretsManagerClient client) {
        return name -> {
            try {
                String text =
                        client.getSecretValue(request -> request.secretId(name)).secretString();
                if (text == null) {
                    throw new PipelineException(
                            ErrorCode.SECRET_INVALID, "secret " + name + " is binary; expected a JSON object");
                }
                return text;
            } catch (ResourceNotFoundException e) {
                throw new PipelineException(
                        ErrorCode.SECRET_INVALID, "secret " + name + " does not exist in this account and region", e);
            } catch (SdkException e) {
                throw AwsErrors.translate(e, "read secret " + name);
            }
        };
    }
}
