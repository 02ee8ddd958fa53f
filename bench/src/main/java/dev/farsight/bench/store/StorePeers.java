package dev.farsight.bench.store;

import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.bench.Workload;
import dev.farsight.engine.config.FarsightConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Random batches of rows, read and written: the store {@code ssd} beside RocksDB and a plain mapped
 * file, in one run, taking turns. Once with memory for all rows, once with memory for a quarter of
 * them. {@code bench/stores.sh} starts it.
 *
 * <p>Memory for a quarter: RocksDB gets caches and buffers of that size, past the page cache. Of
 * the mapped files only the first quarter is left in the page cache before each round, so that of
 * uniformly random rows a quarter is found there at first; rounds are short, so that it stays about
 * that. All rows are written before, in random order.
 */
public final class StorePeers {

  private static final int BATCH = 512;

  private final Path folder;
  private final List<String> names;
  private final long bytes;
  private final int rounds;
  private final double seconds;

  private StorePeers(Path folder, List<String> names, long bytes, int rounds, double seconds) {
    this.folder = folder;
    this.names = names;
    this.bytes = bytes;
    this.rounds = rounds;
    this.seconds = seconds;
  }

  /**
   * @param args folder on the disk to measure, peers, MiB of rows, rounds, seconds a round
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 5) {
      System.err.println("usage: StorePeers FOLDER PEERS MIB ROUNDS SECONDS");
      System.exit(2);
    }
    var bench =
        new StorePeers(
            Files.createTempDirectory(Path.of(args[0]), "farsight-stores"),
            List.of(args[1].split(",", -1)),
            Long.parseLong(args[2]) << 20,
            Integer.parseInt(args[3]),
            Double.parseDouble(args[4]));
    int cores = Runtime.getRuntime().availableProcessors();
    try {
      for (int rowBytes : List.of(64, 512)) {
        bench.compare(rowBytes, 1, cores);
        bench.compare(rowBytes, 0.25, 8);
      }
    } finally {
      delete(bench.folder);
    }
  }

  /**
   * @param memory share of the rows that memory has room for
   */
  private void compare(int rowBytes, double memory, int threads) throws IOException {
    long rows = bytes / rowBytes;
    System.out.printf(
        Locale.ROOT,
        "%n%d rows of %d bytes, memory for %.0f %%, %d threads, batches of %d%n",
        rows,
        rowBytes,
        memory * 100,
        threads,
        BATCH);
    List<Peer> peers = new ArrayList<>();
    try {
      for (String name : names) {
        peers.add(open(name, rows, rowBytes, memory, threads));
      }
      var team = new Callers(rows, rowBytes, threads, BATCH);
      for (Peer peer : peers) {
        team.fill(peer);
      }
      measure(peers, team, memory);
    } finally {
      for (Peer peer : peers) {
        peer.close();
        delete(peer.directory());
      }
    }
  }

  private Peer open(String name, long rows, int rowBytes, double memory, int threads) {
    return switch (name) {
      case "ssd" -> ssd(rows, rowBytes);
      case "rocksdb" -> {
        // Twice the rows, where they are to fit with all that goes with them.
        long room = (long) (memory == 1 ? 2.0 * bytes : memory * bytes);
        yield new RocksPeer(made(name), rowBytes, room, memory == 1, threads);
      }
      case "mapped" -> new MappedPeer(made(name), rows, rowBytes);
      default -> throw new IllegalArgumentException("no peer " + name);
    };
  }

  private void measure(List<Peer> peers, Callers team, double memory) {
    // So few that they do not fill the page cache again: one for each 16 pages of the rows.
    long most = memory < 1 ? bytes / (16 * 4096) : Long.MAX_VALUE;
    var table = new Speeds();
    for (int round = 0; round < rounds; round++) {
      for (Peer peer : peers) {
        for (Callers.Use use : Callers.Use.values()) {
          if (memory < 1) {
            PageCache.drop(peer.directory(), memory);
          }
          table.add(peer.name(), use, team.run(peer, use, seconds, most));
          peer.settle();
        }
      }
    }
    table.print(System.out);
  }

  private Path made(String name) {
    Path made = folder.resolve(name);
    try {
      return Files.createDirectories(made);
    } catch (IOException e) {
      throw DurableFiles.failed(made, "cannot be made", e);
    }
  }

  private Peer ssd(long rows, int rowBytes) {
    var tables = new TableSet(List.of(new Table("rows", Math.toIntExact(rows))));
    var format = RowFormat.of(rowBytes / Float.BYTES, 0);
    var config =
        FarsightConfig.defaults()
            .set(List.of("storage.ssd.path=\"" + folder.resolve("ssd") + "\""))
            .resolve(List.of(StorePeers.class.getClassLoader()));
    var own = Settings.of("farsight.storage.ssd", config.getConfig("storage.ssd"));
    try (var workload = new Workload(1)) {
      var store =
          workload
              .components()
              .stores()
              .get("ssd")
              .open(new StoreSpec(tables, format, new InitialRows(tables, format, 1), own, 4));
      return new StorePeer("ssd", folder.resolve("ssd"), store);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** A ring for rows of one thread. */
  static RowBuffer ring(int rowBytes, int rows) {
    return RowBuffer.allocate(RowFormat.of(rowBytes / Float.BYTES, 0), rows, HostBuffers.plain());
  }
}
