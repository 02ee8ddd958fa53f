package dev.farsight.cli;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.process.ProcessPlace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of {@code train --ranks}: this one is process 0, and starts the others once it
 * listens for them. They leave their files in {@code RUN/processes/NUMBER}. One that dies before it
 * has come ends the wait for it at once; later, the connections between processes tell.
 */
final class RankProcesses implements RunPart {

  private static final Logger LOG = LoggerFactory.getLogger(RankProcesses.class);

  private static final int SECRET_BYTES = 16;

  /** After the end of this process's part: the others write their reports. */
  private static final Duration LAST_REPORTS = Duration.ofSeconds(5);

  /** After a failure: the others say in their logs that they know. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  /** Within which a signal to all has ended this process. */
  private static final Duration SAME_SIGNAL = Duration.ofSeconds(1);

  /** One that is blamed has usually ended, or is about to. */
  private static final Duration BLAMED = Duration.ofMillis(500);

  /** How the engine names the devices of a process, and the process itself. */
  private static final Pattern NAME = Pattern.compile("\\((?:[^()]* of )?process (\\d+)\\)");

  private final int count;
  private final List<String> arguments;
  private final String secret = secret();
  private final CompletableFuture<Void> givenUp = new CompletableFuture<>();
  private final List<RankChild> children = new CopyOnWriteArrayList<>();

  /** Of the other processes' files; null before there are any. */
  private volatile Path folder;

  private volatile boolean goesOn;

  /** Whether the output of another process tells why the run failed. */
  private volatile boolean blamed;

  /**
   * @param count of processes, this one among them
   * @param arguments of this process's command line, which are those of the others
   */
  RankProcesses(int count, List<String> arguments) {
    this.count = count;
    this.arguments = List.copyOf(arguments);
  }

  private static String secret() {
    var bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public Trainer open(
      Config farsight, Components components, Path runDirectory, RunListener listener) {
    requireOwnStores(Settings.of("farsight", farsight));
    return Trainer.open(farsight, components, runDirectory, listener, place(runDirectory, false));
  }

  @Override
  public Trainer resume(
      Config farsight, Components components, Path runDirectory, RunListener listener) {
    requireOwnStores(Settings.of("farsight", farsight));
    return Trainer.resume(farsight, components, runDirectory, listener, place(runDirectory, true));
  }

  private ProcessPlace place(Path runDirectory, boolean resumes) {
    var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var rendezvous =
        new Rendezvous(
            anyPort, secret, address -> start(address, runDirectory.resolve("processes"), resumes));
    return ProcessPlace.of(0, rendezvous, givenUp);
  }

  private static void requireOwnStores(Settings farsight) {
    Settings storage = farsight.section("storage");
    Settings store = storage.section(storage.string("backend"));
    if (store.optionalPath("path").isPresent()) {
      throw store.bad(
          "path",
          "is one folder, but each of several processes has a store of its own; leave it out, and"
              + " they are in the run directory");
    }
  }

  /** This process listens. The run directory is locked, so what others left there is of no run. */
  private void start(InetSocketAddress meeting, Path processes, boolean resumes) {
    try {
      // A run that goes on may have its rows there.
      if (!resumes) {
        DurableFiles.delete(processes);
      }
    } catch (IOException e) {
      throw DurableFiles.failed(processes, "cannot be emptied", e);
    }
    folder = processes;
    goesOn = resumes;
    for (int number = 1; number < count; number++) {
      Path directory = processes.resolve(Integer.toString(number));
      var member = new RankMember(number, meeting, secret, directory, resumes);
      RankChild child = RankChild.start(number, member, directory, arguments);
      children.add(child);
      child.whenEnded(() -> giveUp(child));
    }
  }

  /** A process has ended. Once all had come, this has no effect. */
  private void giveUp(RankChild child) {
    if (!child.endedByItself()) {
      return;
    }
    if (!child.failed()) {
      // A terminal's signal reaches all, and may just be ending this process too.
      LockSupport.parkNanos(SAME_SIGNAL.toNanos());
    }
    givenUp.completeExceptionally(child.neverCame());
  }

  @Override
  public FarsightException explained(FarsightException failure) {
    if (givenUp.isCompletedExceptionally() && failure == reasonToGiveUp()) {
      blamed = true;
      return failure;
    }
    Optional<RankChild> culprit = culprit(failure);
    if (culprit.isEmpty()) {
      return failure;
    }
    blamed = true;
    RankChild child = culprit.get();
    child.await(BLAMED);
    return child.blamed(failure);
  }

  private Throwable reasonToGiveUp() {
    return givenUp.handle((nothing, reason) -> reason).join();
  }

  /** The process that the others say the run failed by. */
  private Optional<RankChild> culprit(FarsightException failure) {
    return Stream.iterate((Throwable) failure, e -> e != null, Throwable::getCause)
        .filter(CollectiveException.class::isInstance)
        .findFirst()
        .flatMap(
            e -> {
              Matcher name = NAME.matcher(e.getMessage());
              return name.find() ? child(name.group(1)) : Optional.empty();
            });
  }

  private Optional<RankChild> child(String number) {
    return children.stream().filter(c -> number.equals(Integer.toString(c.number()))).findFirst();
  }

  @Override
  public void trained() {
    long deadline = System.nanoTime() + LAST_REPORTS.toNanos();
    for (RankChild child : children) {
      if (!child.await(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
        LOG.warn("Process {} has not ended; it is killed", child.number());
        child.kill();
      } else if (child.failed()) {
        LOG.warn("Process {} {}; its output is in {}", child.number(), child.end(), child.output());
      }
    }
  }

  @Override
  public void discard() {
    children.forEach(RankChild::kill);
    children.forEach(child -> child.await(LAST_WORDS));
    if (folder != null && !blamed && !goesOn) {
      try {
        DurableFiles.delete(folder);
      } catch (IOException e) {
        LOG.debug("{} stays: {}", folder, e.toString());
      }
    }
  }

  @Override
  public void close() {
    long deadline = System.nanoTime() + LAST_WORDS.toNanos();
    for (RankChild child : children) {
      child.await(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
      child.kill();
    }
  }
}
