package dev.farsight.engine;

import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.build.Members;
import dev.farsight.engine.build.Resources;
import dev.farsight.engine.build.RunSetup;
import dev.farsight.engine.build.RunSetup.Start;
import dev.farsight.engine.build.SessionBuilder;
import dev.farsight.engine.build.SeveralProcesses;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.process.ProcessPlace;
import dev.farsight.engine.process.Processes;
import dev.farsight.engine.progress.OrderedListener;
import dev.farsight.engine.remote.RemoteFiles;
import dev.farsight.engine.remote.RemoteRun;
import dev.farsight.engine.run.Session;
import dev.farsight.engine.settings.EngineSettings;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens what a {@link Trainer} works with.
 *
 * @param resources all memory, threads and files of the run
 */
record TrainerOpening(TrainerWork work, Resources resources, RunDirectory directory) {

  /** Under the name that logs of runs are configured by. */
  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  /**
   * What a run begins with.
   *
   * @param store to which the run brings its checkpoints; if it has some of it, the run goes on
   */
  record How(Start start, ProcessPlace place, Optional<RemoteFiles> store) {

    static How of(Start start, ProcessPlace place) {
      return new How(start, place, Optional.empty());
    }
  }

  /** Leaves nothing open if it fails. With several processes, all of them fail then. */
  static TrainerOpening of(
      Settings settings,
      Components components,
      Path runDirectory,
      OrderedListener listener,
      CheckpointSettings checkpointing,
      How how) {
    RunDirectory directory = RunDirectory.lock(runDirectory);
    var resources = new Resources();
    Processes processes = Processes.one();
    try {
      RemoteStore.require(settings, how.start(), how.store());
      if (how.start() != Start.RESUMED_TRAINING) {
        directory.prepare(false);
      }
      listener.opened(runDirectory);
      LOG.info("farsight {} (commit {})", Version.number(), Version.commit());
      // As long as a page: for the log of the run, which asks for it, not for every application's.
      if (LOG.isTraceEnabled()) {
        LOG.trace(
            "configuration {}", settings.config().root().render(ConfigRenderOptions.concise()));
      }
      var engine = EngineSettings.of(settings);
      SeveralProcesses.requirePossible(engine);
      processes = resources.own(Members.join(settings, components, how.place()));
      Optional<RemoteRun> remote = RemoteStore.begin(how.store(), processes, checkpointing);
      Start start =
          remote.filter(RemoteRun::resumes).map(run -> Start.RESUMED_TRAINING).orElse(how.start());
      var setup =
          RunSetup.of(
              engine,
              components,
              listener,
              runDirectory,
              checkpointing,
              processes,
              remote,
              resources,
              start);
      Session session = new SessionBuilder(setup, resources).build();
      var work = new TrainerWork(session, directory, listener, setup.checkpointing(), remote);
      return new TrainerOpening(work, resources, directory);
    } catch (RuntimeException | Error e) {
      Throwable told = processes.told(e);
      processes.abort(told);
      resources.closeAfter(told);
      directory.discard();
      if (told instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) told;
    }
  }
}
