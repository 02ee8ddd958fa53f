package dev.farsight.cli;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.process.ProcessPlace;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A process that {@code train --ranks} has started. It was told by its environment what it is: the
 * secret must not be on a command line, which every user of the host can see.
 */
final class RankMember implements RunPart {

  private static final String NUMBER = "FARSIGHT_PROCESS";
  private static final String HOST = "FARSIGHT_PROCESS_HOST";
  private static final String PORT = "FARSIGHT_PROCESS_PORT";
  private static final String SECRET = "FARSIGHT_PROCESS_SECRET";
  private static final String RESUMES = "FARSIGHT_PROCESS_RESUMES";
  private static final String DIRECTORY = "FARSIGHT_PROCESS_DIRECTORY";

  private final int number;
  private final InetSocketAddress meeting;
  private final String secret;
  private final Path directory;
  private final boolean resumes;

  /**
   * @param number from 1
   * @param meeting where process 0 listens
   * @param directory of the process's files
   * @param resumes whether the run goes on from a checkpoint
   */
  RankMember(
      int number, InetSocketAddress meeting, String secret, Path directory, boolean resumes) {
    this.number = number;
    this.meeting = meeting;
    this.secret = secret;
    this.directory = directory;
    this.resumes = resumes;
  }

  /** What the environment says; empty if nobody has started this process as one of several. */
  static Optional<RankMember> of(Map<String, String> environment) {
    if (!environment.containsKey(NUMBER)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new RankMember(
              Integer.parseInt(environment.get(NUMBER)),
              new InetSocketAddress(environment.get(HOST), Integer.parseInt(environment.get(PORT))),
              environment.get(SECRET),
              Path.of(environment.get(DIRECTORY)),
              Boolean.parseBoolean(environment.get(RESUMES))));
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new FarsightException(
          NUMBER + " is set for processes that train --ranks starts; unset it", e);
    }
  }

  /** Tells the process by its environment. */
  void tell(Map<String, String> environment) {
    environment.put(NUMBER, Integer.toString(number));
    environment.put(HOST, meeting.getHostString());
    environment.put(PORT, Integer.toString(meeting.getPort()));
    environment.put(SECRET, secret);
    environment.put(DIRECTORY, directory.toString());
    environment.put(RESUMES, Boolean.toString(resumes));
  }

  @Override
  public Trainer open(
      Config farsight, Components components, Path runDirectory, RunListener listener) {
    return Trainer.open(farsight, components, runDirectory, listener, place());
  }

  @Override
  public Trainer resume(
      Config farsight, Components components, Path runDirectory, RunListener listener) {
    return Trainer.resume(farsight, components, runDirectory, listener, place());
  }

  private ProcessPlace place() {
    return ProcessPlace.of(number, new Rendezvous(meeting, secret, address -> {}));
  }

  @Override
  public Optional<Boolean> resumes() {
    return Optional.of(resumes);
  }

  @Override
  public Optional<Path> directory() {
    return Optional.of(directory);
  }

  @Override
  public boolean follows() {
    return true;
  }
}
