package dev.farsight.collective;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.config.Settings;
import dev.farsight.testkit.config.Sections;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A rank of three in a process of its own, which a test can stop or kill. */
final class RankProcess implements AutoCloseable {

  static final int RANKS = 3;
  static final int ROUNDS = 20;
  static final int COUNT = 9_000;
  static final String SUMMED = "summed ";
  static final String ENDED = "ended ";

  private final Process process;
  private final BufferedReader output;

  RankProcess(int rank, InetSocketAddress meetingPoint, String secret) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RankProcess.class.getName(),
                Integer.toString(rank),
                Integer.toString(meetingPoint.getPort()),
                secret)
            .redirectErrorStream(true)
            .start();
    output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Arguments: RANK PORT SECRET. */
  public static void main(String[] args) {
    int rank = Integer.parseInt(args[0]);
    var meetingPoint =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1]));
    var rendezvous = new Rendezvous(meetingPoint, args[2], address -> {});
    Collective end = new SocketsFactory().connect(context(rank, rendezvous)).get(0);
    System.out.println(SUMMED + sum(end));
    try {
      while (true) {
        round(end, 0);
      }
    } catch (CollectiveException e) {
      System.out.println(ENDED + e.rank() + " " + e.getMessage());
      System.exit(0);
    }
  }

  static CollectiveContext context(int rank, Rendezvous rendezvous) {
    return new CollectiveContext(
        own(),
        "processes",
        List.of("a", "b", "c"),
        List.of(rank),
        Duration.ofSeconds(2),
        Optional.of(rendezvous));
  }

  private static Settings own() {
    return Sections.of("farsight.sharding.sockets", "", new SocketsFactory());
  }

  /** A few rounds, and a number that stands for all their sums. */
  static int sum(Collective end) {
    int digest = 0;
    for (int round = 0; round < ROUNDS; round++) {
      digest = 31 * digest + round(end, round).hashCode();
    }
    return digest;
  }

  private static FloatBuffer round(Collective end, int round) {
    var values = FloatBuffer.allocate(COUNT);
    for (int i = 0; i < COUNT; i++) {
      values.put(i, value(end.rank(), round, i));
    }
    end.allReduce(values, COUNT);
    return values;
  }

  /** What a rank contributes. */
  static float value(int rank, int round, int i) {
    return Math.scalb((float) Math.sin(rank + 3 * (round + i)), (rank + i) % 20);
  }

  /** Waits for a line of the process. */
  String awaitLine(String start) throws IOException {
    String line = output.readLine();
    while (line != null && !line.startsWith(start)) {
      line = output.readLine();
    }
    return line;
  }

  /** Stops the process as a debugger would: its connections stay. */
  void stop() throws Exception {
    new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().waitFor();
  }

  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
  }
}
