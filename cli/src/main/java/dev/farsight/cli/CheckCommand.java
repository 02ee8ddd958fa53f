package dev.farsight.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.engine.Trainer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "check",
    description = "Checks a configuration; prints it in full, and the memory it will take.")
final class CheckCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Option(names = "--origins", description = "Say where each value was set.")
  private boolean origins;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description = "Configuration file; without one, conf/quickstart.conf.")
  private Path file;

  CheckCommand(Shell shell) {
    this.shell = shell;
  }

  /** What is printed is HOCON as a whole: what is no configuration is a comment. */
  @Override
  public Integer call() {
    try (Setup setup = arguments.quickstartOr(file, shell.environment())) {
      setup.components().check(setup.settings());
      PathCheck.all(setup.settings());
      var forecast = Trainer.forecast(setup.farsight(), setup.components());
      printConfig(setup.farsight());
      var compute = setup.components().compute(setup.settings());
      var availability = compute.probe();
      PrintStream out = shell.out();
      out.printf(
          "%n# compute %s %s here: %s%n",
          compute.name(), availability.available() ? "runs" : "cannot run", availability.detail());
      print(forecast);
      return 0;
    }
  }

  private void printConfig(Config farsight) {
    var options =
        ConfigRenderOptions.defaults().setJson(false).setOriginComments(origins).setComments(false);
    shell.out().print(farsight.atPath("farsight").root().render(options));
  }

  private void print(MemoryForecast forecast) {
    PrintStream out = shell.out();
    out.println("# memory:");
    for (Tier tier : Tier.values()) {
      out.printf("#   %-8s%12s%n", name(tier), Amount.bytes(forecast.bytes(tier)));
      for (var line : forecast.lines()) {
        if (line.tier() == tier) {
          out.printf("#     %-30s%12s%n", line.what(), Amount.bytes(line.bytes()));
        }
      }
    }
  }

  private static String name(Tier tier) {
    return tier.name().toLowerCase(Locale.ROOT);
  }
}
