package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Two hosts with a cable between them, as far as a process can tell: namespaces of Linux. */
final class Networks implements AutoCloseable {

  private final String id = "fs" + ProcessHandle.current().pid();

  private Networks() {}

  /**
   * @throws IOException with the reason, if this user or this system cannot have them
   */
  static Networks make() throws IOException, InterruptedException {
    var networks = new Networks();
    try {
      for (int host = 0; host < 2; host++) {
        ip("netns", "add", networks.name(host));
        ip("-n", networks.name(host), "link", "set", "lo", "up");
      }
      ip("link", "add", networks.name(0), "type", "veth", "peer", "name", networks.name(1));
      for (int host = 0; host < 2; host++) {
        String name = networks.name(host);
        ip("link", "set", name, "netns", name);
        ip("-n", name, "addr", "add", networks.address(host) + "/24", "dev", name);
        ip("-n", name, "link", "set", name, "up");
      }
      return networks;
    } catch (IOException e) {
      networks.close();
      throw e;
    }
  }

  private String name(int host) {
    return id + "h" + host;
  }

  String address(int host) {
    return "10.77.0." + (host + 1);
  }

  /** Pulls the cable, or puts it in again. */
  void cable(boolean connected) throws IOException, InterruptedException {
    ip("-n", name(1), "link", "set", name(1), connected ? "up" : "down");
  }

  /** The command on a host. */
  List<String> on(int host, List<String> command) {
    return Stream.concat(Stream.of("ip", "netns", "exec", name(host)), command.stream()).toList();
  }

  private static void ip(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }

  /** The cable goes with the hosts. */
  @Override
  public void close() {
    for (int host = 0; host < 2; host++) {
      try {
        ip("netns", "del", name(host));
      } catch (IOException e) {
        System.out.println(e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
