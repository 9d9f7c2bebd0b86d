package com.terrifictotes.etl.local.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** What Terraform would deploy with nothing but the variables that have no default, in environment {@code test}. */
final class DeploymentPlan {

    /** What {@code bin/check-terraform} ends with where there is no Terraform, or no AWS provider for it. */
    private static final int LEFT_OUT = 3;

    private final List<JsonNode> resources;

    private DeploymentPlan(List<JsonNode> resources) {
        this.resources = List.copyOf(resources);
    }

    /** The plan; whoever asks for it is left out, with the reason, where there can be none. */
    static DeploymentPlan make() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of("..", "bin", "check-terraform").toString(), "plan")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("terraform does not end");
        }
        if (process.exitValue() == LEFT_OUT) {
            Assumptions.abort("bin/check-terraform cannot make a plan here, and has said why");
        }
        if (process.exitValue() != 0) {
            throw new IOException("terraform failed: " + output);
        }
        for (String line : output.lines().toList()) {
            JsonNode event = Json.tree(line.getBytes(StandardCharsets.UTF_8));
            if (event.path("@testrun").asText().equals("defaults") && event.has("test_plan")) {
                return new DeploymentPlan(event.path("test_plan")
                        .path("resource_changes")
                        .valueStream()
                        .toList());
            }
        }
        throw new IOException("no plan of run \"defaults\" in what terraform printed: " + output);
    }

    /** The planned resources of a type. */
    List<JsonNode> resources(String type) {
        return resources.stream()
                .filter(resource -> resource.path("type").asText().equals(type))
                .map(resource -> resource.path("change").path("after"))
                .toList();
    }
}
