package dev.farsight.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** The memory that a component will take, stated before anything is allocated. */
public record MemoryForecast(List<Line> lines) {

  public MemoryForecast {
    lines = List.copyOf(lines);
  }

  /** The kind of memory. */
  public enum Tier {
    DEVICE,
    /** Memory of the host beside the Java heap. */
    HOST,
    /** The Java heap, whose limit is {@code -Xmx}. */
    HEAP,
    SSD
  }

  /** One use of memory, such as (HOST, "embedding tables", 2.1 GB). */
  public record Line(Tier tier, String what, long bytes) {}

  public static MemoryForecast of(Tier tier, String what, long bytes) {
    return new MemoryForecast(List.of(new Line(tier, what, bytes)));
  }

  public static MemoryForecast none() {
    return new MemoryForecast(List.of());
  }

  public MemoryForecast plus(MemoryForecast other) {
    var all = new ArrayList<>(lines);
    all.addAll(other.lines);
    return new MemoryForecast(all);
  }

  /** The same memory, with one line for each use of a tier: of several devices, say. */
  public MemoryForecast summed() {
    var bytes = new LinkedHashMap<Line, Long>();
    for (Line line : lines) {
      bytes.merge(new Line(line.tier(), line.what(), 0), line.bytes(), Long::sum);
    }
    return new MemoryForecast(
        bytes.entrySet().stream()
            .map(sum -> new Line(sum.getKey().tier(), sum.getKey().what(), sum.getValue()))
            .toList());
  }

  /** The bytes of all lines of one tier. */
  public long bytes(Tier tier) {
    return lines.stream().filter(line -> line.tier() == tier).mapToLong(Line::bytes).sum();
  }
}
