package dev.farsight.cli;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.process.ProcessPlace;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process of a run that somebody else has started, on a host of its own. Prints its digests, or
 * why it failed.
 */
final class NetworkRank {

  private static final int PORT = 7071;

  private NetworkRank() {}

  /**
   * @param args number of the process, its address, that of process 0, the run's directory and its
   *     configuration
   */
  public static void main(String[] args) throws Exception {
    int number = Integer.parseInt(args[0]);
    Path run = Path.of(args[3]);
    var config =
        FarsightConfig.ofFile(Path.of(args[4])).set("sharding.sockets.host=\"" + args[1] + "\"");
    var rendezvous = new Rendezvous(new InetSocketAddress(args[2], PORT), "secret", at -> {});
    int status = 0;
    try (Plugins plugins = Plugins.load(NetworkRank.class.getClassLoader())) {
      var farsight = config.resolve(plugins.loaders());
      Path own = number == 0 ? run : run.resolve("processes").resolve(args[0]);
      var place = ProcessPlace.of(number, rendezvous);
      var components = plugins.components();
      try (Trainer trainer =
          hasCheckpoint(run)
              ? Trainer.resume(farsight, components, own, RunListener.NONE, place)
              : Trainer.open(farsight, components, own, RunListener.NONE, place)) {
        trainer.train();
      }
    } catch (FarsightException e) {
      System.err.println(e.getMessage());
      status = 1;
    }
    System.exit(status);
  }

  static boolean hasCheckpoint(Path run) throws Exception {
    Path checkpoints = run.resolve("checkpoints");
    if (!Files.isDirectory(checkpoints)) {
      return false;
    }
    try (var entries = Files.list(checkpoints)) {
      return entries.anyMatch(entry -> entry.getFileName().toString().matches("step-\\d+"));
    }
  }
}
