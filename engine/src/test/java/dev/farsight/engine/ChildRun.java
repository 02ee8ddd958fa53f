package dev.farsight.engine;

import dev.farsight.api.FarsightException;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A run in a separate process, which a test can kill, or limit in its file sizes. */
final class ChildRun {

  private static final long LIMIT_SECONDS = 300;

  /** A file that is there once the JVM has started. */
  private static final String STARTED = "started";

  private final Path folder;
  private final String store;
  private final List<String> sets;

  /**
   * @param folder the folder of all files of the run
   * @param store "memory"; "file", a simple persistent store; "ssd"; "ssd below memory"; or "fitted
   *     memory", whose source would find out other things when the run resumes
   */
  ChildRun(Path folder, String store, List<String> sets) {
    this.folder = folder;
    this.store = store;
    this.sets = List.copyOf(sets);
  }

  /** The child's main method. Arguments: FOLDER STORE resume|begin KEY=VALUE... */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Files.createFile(folder.resolve(STARTED));
    Components components = TestRun.builtIn();
    if (args[1].startsWith("fitted")) {
      components = FittingData.in(components, args[2].equals("resume") ? 2 : 1);
    }
    if (args[1].equals("file")) {
      components = new FileStores(folder.resolve("rows")).in(components);
    }
    var config =
        FarsightConfig.defaults()
            .set(List.of(args).subList(3, args.length))
            .resolve(List.of(ChildRun.class.getClassLoader()));
    Path directory = folder.resolve("run");
    try (Trainer trainer =
        args[2].equals("resume")
            ? Trainer.resume(config, components, directory, RunListener.NONE)
            : Trainer.open(config, components, directory, RunListener.NONE)) {
      trainer.train();
    } catch (FarsightException e) {
      System.out.println("farsight: " + e.getMessage());
      System.exit(1);
    }
    // Ends the process even if threads are still running.
    System.exit(0);
  }

  boolean hasCheckpoint() throws Exception {
    Path checkpoints = folder.resolve("run/checkpoints");
    if (!Files.isDirectory(checkpoints)) {
      return false;
    }
    try (var files = Files.list(checkpoints)) {
      return files.anyMatch(f -> f.getFileName().toString().matches("step-\\d+"));
    }
  }

  /**
   * The command line of the child. {@code limit} is the largest size in KiB of each file that it
   * writes; 0: no limit.
   */
  Process start(boolean resume, int limit) throws Exception {
    Files.deleteIfExists(folder.resolve(STARTED));
    var command = new ArrayList<String>();
    if (limit > 0) {
      command.addAll(List.of("bash", "-c", "ulimit -f " + limit + "; exec \"$@\"", "run"));
    }
    command.addAll(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "@" + Path.of("").toAbsolutePath().resolveSibling("jvm.options"),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            ChildRun.class.getName(),
            folder.toString(),
            store,
            resume ? "resume" : "begin"));
    command.addAll(sets);
    command.addAll(storeSets());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("out.txt").toFile())
        .start();
  }

  /** Waits until a process runs Farsight: how long a JVM takes to start depends on the host. */
  void awaitStart(Process process) throws InterruptedException {
    while (process.isAlive() && !Files.exists(folder.resolve(STARTED))) {
      Thread.sleep(1);
    }
  }

  private List<String> storeSets() {
    return switch (store) {
      case "ssd" -> List.of("storage.backend=ssd");
      case "ssd below memory" ->
          List.of("storage.backend=ssd", "storage.ssd.ram-cache=\"20%\"", "storage.ssd.maps=2");
      default -> List.of();
    };
  }

  /**
   * Deletes the rows of a process that was killed before its first checkpoint; returns whether
   * there were any.
   */
  boolean deleteRows() throws Exception {
    boolean deleted = Files.deleteIfExists(folder.resolve("rows"));
    Path files = folder.resolve("run/store");
    if (Files.exists(files)) {
      try (var all = Files.walk(files)) {
        for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
      deleted = true;
    }
    return deleted;
  }

  /** The output of the child. */
  String output() throws Exception {
    return Files.readString(folder.resolve("out.txt"), StandardCharsets.UTF_8);
  }

  static int status(Process process) throws InterruptedException {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("did not end within " + LIMIT_SECONDS + " s");
    }
    return process.exitValue();
  }

  Path folder() {
    return folder;
  }
}
