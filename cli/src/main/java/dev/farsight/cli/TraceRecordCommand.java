package dev.farsight.cli;

import dev.farsight.bench.trace.TraceRecorder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "record",
    description = "Writes the row ids that a training run would look up; trains nothing.")
final class TraceRecordCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description = "Configuration file; without one, conf/quickstart.conf.")
  private Path conf;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "File to write; an earlier one is replaced.")
  private Path file;

  TraceRecordCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    arguments.refuse("run.directory", "name the file with --out");
    PathCheck.file("--out", file);
    try (Setup setup = arguments.quickstartOr(conf, shell.environment())) {
      setup.check();
      shell
          .interrupt()
          .endWith(() -> LeftBehind.unfinished(file).print("ended at once", shell.out()));
      var summary = TraceRecorder.record(setup.settings(), setup.components(), file);
      shell
          .out()
          .printf(
              Locale.ROOT,
              "%,d lookups of %,d samples in %,d batches and %,d %s written to %s: %s, %.2f bytes a lookup%n",
              summary.lookups(),
              summary.samples(),
              summary.batches(),
              summary.phases(),
              summary.phases() == 1 ? "phase" : "phases",
              file,
              Amount.bytes(summary.bytes()),
              (double) summary.bytes() / Math.max(1, summary.lookups()));
      return 0;
    }
  }
}
