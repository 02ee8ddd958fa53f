package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A folder laid out as the distribution is, with the real launcher, and options for short processes
 * after the real ones. Its one jar refers to the class path of these tests.
 */
final class Distribution {

  /** The sources' root, where the launcher is. */
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  /**
   * For processes that live a few seconds: without the optimizing compiler they take half the time.
   */
  private static final List<String> SHORT = List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

  private static final long LIMIT_SECONDS = 300;

  private final Path home;

  private Distribution(Path home) {
    this.home = home;
  }

  static Distribution make(Path home) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve("lib"));
    Files.copy(ROOT.resolve("farsight"), home.resolve("bin/farsight"));
    Files.writeString(
        home.resolve("jvm.options"),
        Files.readString(ROOT.resolve("jvm.options")) + "\n" + String.join("\n", SHORT) + "\n");
    classPathJar(home.resolve("lib/all.jar"));
    return new Distribution(home);
  }

  /** A jar whose manifest names the class path of these tests. */
  private static void classPathJar(Path jar) throws IOException {
    var urls = new ArrayList<String>();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      urls.add(Path.of(entry).toUri().toString());
    }
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", urls));
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
  }

  /** A script in a folder of tools. */
  static Path script(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " cannot be made executable");
    }
    return file;
  }

  /** A folder with these of the system's tools and no others. */
  static Path tools(Path bin, String... names) throws IOException {
    for (String name : names) {
      script(bin.resolve(name), "exec /usr/bin/" + name + " \"$@\"");
    }
    return bin;
  }

  Path home() {
    return home;
  }

  Path launcher() {
    return home.resolve("bin/farsight");
  }

  /** What a process printed and returned. */
  record Result(int status, String out, String err) {}

  /** Runs a command to its end in a folder, on the Java of these tests. */
  static Result run(Path folder, List<String> command, String... environment) throws Exception {
    var builder = builder(folder, command, environment);
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    return new Result(status(process), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  /** A process with the Java of these tests; {@code environment} is NAME=VALUE. */
  static ProcessBuilder builder(Path folder, List<String> command, String... environment) {
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    for (String variable : environment) {
      int equals = variable.indexOf('=');
      builder.environment().put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return builder;
  }

  static int status(Process process) throws InterruptedException {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("did not end within " + LIMIT_SECONDS + " s");
    }
    return process.exitValue();
  }
}
