package dev.farsight.cli;

import dev.farsight.bench.quick.QuickBench;
import dev.farsight.bench.quick.Ratio;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "bench",
    description =
        "Measures every part beside its peer or its limit, and prints the ratios. In the sources, bench/run.sh starts the JMH benchmarks.")
final class BenchCommand implements Callable<Integer> {

  private static final double SECONDS = 2;
  private static final double QUICK_SECONDS = .4;

  private final Shell shell;

  @Option(names = "--quick", description = "A fifth of the time for each figure: under a minute.")
  private boolean quick;

  BenchCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    shell.out().printf("%6s  %-44s %-20s %s%n", "RATIO", "OF", "WHICH MAKES", "TO");
    new QuickBench(quick ? QUICK_SECONDS : SECONDS, this::print).run();
    return 0;
  }

  private void print(Ratio ratio) {
    shell
        .out()
        .printf(
            "%6s  %-44s %-20s %s, %s%n",
            ratio.ratioText(), ratio.part(), ratio.rateText(), ratio.against(), ratio.limitText());
  }
}
