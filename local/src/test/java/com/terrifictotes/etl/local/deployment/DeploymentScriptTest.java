package com.terrifictotes.etl.local.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/deployment}, with programs in the place of terraform and aws that note what they are asked. */
class DeploymentScriptTest {

    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    /** Terraform: a plan has changes, and the state has a function and a bucket. */
    private static final String TERRAFORM = """
            #!/bin/sh
            echo "${TF_WORKSPACE:-none}: $*" >>"$NOTES"
            case "$1 $2" in
            "plan "*) exit 2 ;;
            "state list") printf '%s\\n' data.aws_partition.current 'aws_lambda_function.this["load"]' \\
                'aws_s3_bucket.this["ingestion"]' 'aws_s3_bucket_policy.this["ingestion"]' ;;
            "state show") printf '    bucket        = "kept-bucket"\\n    force_destroy = %s\\n' "$FORCE_DESTROY" ;;
            "output -raw") echo "of:terraform:$3" ;;
            esac
            """;

    private static final String AWS = """
            #!/bin/sh
            case "$1" in
            sts) [ -n "$AWS_PROFILE" ] || { echo "Unable to locate credentials" >&2; exit 255; }
                printf '123456789012\\tarn:aws:iam::123456789012:user/ann\\n' ;;
            secretsmanager) case " $* " in *" missing "*) echo ResourceNotFoundException >&2; exit 254 ;; esac ;;
            s3api) exit 254 ;;
            esac
            """;

    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    private Path folder;

    /** How the script ended, and what it printed. */
    private record Ended(int exit, String output) {}

    @BeforeEach
    void copyWhatItNeeds() throws IOException {
        program(folder.resolve("bin/deployment"), Files.readString(PROJECT.resolve("bin/deployment")));
        program(folder.resolve("programs/terraform"), TERRAFORM);
        program(folder.resolve("programs/aws"), AWS);
        for (String stage : List.of("extract", "transform", "load")) {
            write(folder.resolve(stage + "-lambda/target/" + stage + "-lambda.jar"), "");
        }
        write(folder.resolve("terraform/environments/dev.tfvars"), "environment = \"dev\"\n");
        Files.createDirectories(folder.resolve("terraform/bootstrap"));
        environment.put("PATH", folder.resolve("programs") + ":/usr/bin:/bin");
        environment.put("NOTES", folder.resolve("notes").toString());
        environment.put("AWS_PROFILE", "ann");
        environment.put("FORCE_DESTROY", "true");
    }

    @Test
    void appliesThePlanThatWasShownAndConfirmed() throws Exception {
        environment.put("CONFIRM", "dev");
        Ended ended = run("deploy", "dev");

        assertThat(ended.exit()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("environment \"dev\" in account 123456789012, eu-west-2");
        List<String> notes = notes();
        assertThat(notes.get(0)).startsWith("default: init -input=false");
        assertThat(notes.get(1)).startsWith("dev: plan ").contains("-var-file=environments/dev.tfvars");
        String plan = notes.get(1).replaceFirst(".*-out=(\\S+).*", "$1");
        assertThat(notes.get(2)).startsWith("dev: apply ").endsWith(" " + plan);
    }

    @Test
    void changesNothingThatWasNotConfirmed() throws Exception {
        Map<String, String> wrongAnswers = Map.of("deploy", "prod", "destroy", "dev");
        for (Map.Entry<String, String> command : wrongAnswers.entrySet()) {
            String expected = command.getKey().equals("deploy") ? "dev" : "destroy-dev";
            Ended unanswered = run(command.getKey(), "dev");
            environment.put("CONFIRM", command.getValue());
            Ended wrong = run(command.getKey(), "dev");
            environment.remove("CONFIRM");

            assertThat(unanswered.output()).contains("Nothing was changed: expected \"" + expected + "\", got \"\".");
            assertThat(wrong.output())
                    .contains(
                            "Nothing was changed: expected \"" + expected + "\", got \"" + command.getValue() + "\".");
            assertThat(List.of(unanswered.exit(), wrong.exit())).containsOnly(1);
        }
        Ended bootstrap = run("bootstrap");
        assertThat(bootstrap.output()).contains("Nothing was changed: expected \"123456789012\"");
        assertThat(notes()).isNotEmpty().noneMatch(note -> note.contains(" apply "));
        assertThat(folder.resolve("terraform/backend.tf")).doesNotExist();
    }

    @Test
    void leavesProtectedBucketsAlone() throws Exception {
        environment.put("CONFIRM", "destroy-dev");
        environment.put("FORCE_DESTROY", "false");
        Ended ended = run("destroy", "dev");

        assertThat(ended.exit()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("Kept, because protect_data is on:\n  kept-bucket\n");
        assertThat(notes())
                .filteredOn(note -> note.startsWith("dev: plan "))
                .singleElement()
                .asString()
                .endsWith(" -var-file=environments/dev.tfvars -destroy -target=aws_lambda_function.this[\"load\"]");
    }

    @Test
    void saysThatUnprotectedBucketsGo() throws Exception {
        environment.put("CONFIRM", "destroy-dev");
        Ended ended = run("destroy", "dev");

        assertThat(ended.exit()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("The buckets go with EVERY OBJECT AND VERSION in them.");
        assertThat(notes())
                .filteredOn(note -> note.startsWith("dev: plan "))
                .singleElement()
                .asString()
                .endsWith(" -var-file=environments/dev.tfvars -destroy");
    }

    @Test
    void bootstrapSaysWhereTheStateIs() throws Exception {
        environment.put("CONFIRM", "123456789012");
        Ended ended = run("bootstrap");

        assertThat(ended.exit()).as(ended.output()).isZero();
        assertThat(folder.resolve("terraform/bootstrap/backend.tf")).content().contains("\"bootstrap.tfstate\"");
        assertThat(folder.resolve("terraform/backend.tf")).content().isEqualTo("""
                        # Written by "make bootstrap". It belongs into the repository, so that everybody works with the same state.
                        terraform {
                          backend "s3" {
                            bucket              = "of:terraform:state_bucket"
                            key                 = "of:terraform:state_key"
                            region              = "of:terraform:state_region"
                            use_lockfile        = true
                            allowed_account_ids = ["123456789012"]
                          }
                        }
                        """);
        assertThat(notes())
                .filteredOn(note -> note.startsWith("default: init"))
                .last()
                .asString()
                .contains("-migrate-state");
    }

    @Test
    void saysWhatIsMissingAndWhatToDo() throws Exception {
        assertThat(run("deploy").output()).startsWith("Which environment?").contains("There is a file for: dev");
        assertThat(run("deploy", "../dev").output()).startsWith("ENV is \"../dev\"; expected ");
        assertThat(run("deploy", "prod").output())
                .contains("cp terraform/terraform.tfvars.example terraform/environments/prod.tfvars");

        write(folder.resolve("terraform/environments/prod.tfvars"), "environment = \"dev\"\n");
        assertThat(run("destroy", "prod").output())
                .startsWith("terraform/environments/prod.tfvars says environment = \"dev\"; expected \"prod\"");

        write(
                folder.resolve("terraform/environments/empty.tfvars"),
                "environment = \"empty\"\nalert_emails = [] # none\n");
        for (String command : List.of("check", "deploy")) {
            assertThat(run(command, "empty").output())
                    .startsWith("terraform/environments/empty.tfvars names nobody who gets the alarms.")
                    .contains("alert_emails = [\"data-team@your-company.com\"]");
        }

        write(
                folder.resolve("terraform/environments/dev.tfvars"),
                "environment = \"dev\"\ntotesys_secret_name = \"missing\"\n");
        assertThat(run("deploy", "dev").output())
                .startsWith("There is no secret \"missing\" in eu-west-2 of account 123456789012");

        environment.put("AWS_PROFILE", "");
        assertThat(run("deploy", "dev").output())
                .startsWith("AWS does not know who you are:\n  Unable to locate credentials\n")
                .contains("aws sso login");

        Files.delete(folder.resolve("programs/aws"));
        Files.delete(folder.resolve("programs/terraform"));
        environment.put("PATH", programsWithout("terraform", "aws").toString());
        assertThat(run("deploy", "dev").output()).startsWith("Terraform is not installed.");
        assertThat(Files.exists(folder.resolve("notes"))).isFalse();
    }

    @Test
    void theExampleHasEveryVariableThatAPersonSets() throws IOException {
        try (Stream<Path> files = Files.list(PROJECT.resolve("terraform"))) {
            String variables = files.filter(
                            file -> file.getFileName().toString().startsWith("variables"))
                    .map(DeploymentScriptTest::read)
                    .collect(Collectors.joining());
            TreeSet<String> declared = new TreeSet<>(names("^variable \"([a-z_]+)\"", variables));
            declared.removeAll(List.of("lambda_artifacts_dir", "runtime"));

            assertThat(names("^#? ?([a-z_]+) += ", read(PROJECT.resolve("terraform/terraform.tfvars.example"))))
                    .containsExactlyInAnyOrderElementsOf(declared);
        }
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("/bin/sh", folder.resolve("bin/deployment").toString()));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        int exit = builder.start().waitFor();
        return new Ended(exit, read(output));
    }

    /** A folder with the programs that the script uses itself, wherever this machine has them. */
    private Path programsWithout(String... missing) throws IOException {
        Path programs = Files.createDirectories(folder.resolve("few"));
        for (String name : List.of("awk", "basename", "cat", "dirname", "grep", "mktemp", "rm", "sed", "tail")) {
            for (String place : List.of("/usr/bin", "/bin")) {
                if (Files.exists(Path.of(place, name)) && Files.notExists(programs.resolve(name))) {
                    program(programs.resolve(name), "#!/bin/sh\nexec " + place + "/" + name + " \"$@\"\n");
                }
            }
        }
        assertThat(missing).noneMatch(name -> Files.exists(programs.resolve(name)));
        return programs;
    }

    private List<String> notes() throws IOException {
        return Files.readAllLines(folder.resolve("notes"));
    }

    private static List<String> names(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static void program(Path file, String text) throws IOException {
        write(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
