package dev.farsight.bench.data;

import dev.farsight.api.concurrent.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** {@linkplain FieldScan Scans} a file of Criteo, a share of it on each thread. */
final class FieldScans implements AutoCloseable {

  /** Of a labelled row. */
  private static final int FIELDS = 40;

  private final Path file;
  private final long bytes;
  private final Workers team;
  private final FieldScan[] scans;

  FieldScans(Path file, int threads) throws IOException {
    this.file = file;
    this.bytes = Files.size(file);
    this.team = new Workers("scan", threads);
    this.scans =
        IntStream.range(0, threads).mapToObj(t -> new FieldScan()).toArray(FieldScan[]::new);
  }

  /** Rows a second of scanning the file once. */
  double rate() {
    long before = fields();
    long start = System.nanoTime();
    team.run(scans.length, (share, worker) -> scans[share].scan(file, at(share), at(share + 1)));
    return (fields() - before) / (double) FIELDS / ((System.nanoTime() - start) / 1e9);
  }

  private long at(int share) {
    return bytes * share / scans.length;
  }

  private long fields() {
    long fields = 0;
    for (FieldScan scan : scans) {
      fields += scan.fields();
    }
    return fields;
  }

  @Override
  public void close() {
    team.close();
  }
}
