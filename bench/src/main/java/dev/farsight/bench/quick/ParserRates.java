package dev.farsight.bench.quick;

import dev.farsight.bench.CriteoBenchmark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.function.Consumer;

/** The Criteo parser beside a loop that does no more than look at every byte of the same file. */
final class ParserRates {

  private final Clock clock;
  private final Consumer<Ratio> listener;

  ParserRates(Clock clock, Consumer<Ratio> listener) {
    this.clock = clock;
    this.listener = listener;
  }

  void run() {
    var bench = new CriteoBenchmark();
    bench.file = "train.txt";
    bench.threads = 1;
    try {
      bench.write();
      try {
        byte[] text = Files.readAllBytes(bench.path());
        double parsed = clock.rate(text.length, bench::pass);
        listener.accept(
            new Ratio(
                "Criteo parser, one thread",
                parsed,
                "B",
                "counting separators in memory",
                counting(text)));
      } finally {
        bench.delete();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double counting(byte[] text) {
    long[] separators = new long[1];
    return clock.rate(
        text.length,
        () -> {
          for (byte character : text) {
            separators[0] += character == '\t' || character == '\n' ? 1 : 0;
          }
        });
  }
}
