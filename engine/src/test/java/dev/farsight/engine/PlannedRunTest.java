package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.event.RunControl;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.RunStarted;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.sharding.PlanFile;
import dev.farsight.engine.sharding.ShardingPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The plan of a run of several devices: left by it, followed by others, kept by one that resumes.
 */
class PlannedRunTest {

  private static final String BY_TABLE = "sharding.default=table";

  @TempDir Path folder;

  private final List<String> phases = new ArrayList<>();

  private TestRun run(int devices, String... sets) {
    return new TestRun(folder)
        .set(
            "data.batch-size=36",
            "data.synthetic.rows=3600",
            "compute.backend=nd4j-native",
            "compute.nd4j-native.devices=" + devices,
            "cache.size=30%")
        .set(sets);
  }

  private static ShardingPlan planOf(Report report) {
    return ShardingPlan.of(report.json().getConfig(ShardingPlan.KEY));
  }

  @Test
  void howTablesAreDividedDoesNotChangeTheBits() {
    String expected = TestRun.digests(run(2).train());
    for (String kind : new String[] {"row", "table", "replicated"}) {
      assertThat(TestRun.digests(run(2, "sharding.default=" + kind).train()))
          .as(kind)
          .isEqualTo(expected);
    }
  }

  @Test
  void aPlanIsLeftAndFollowed() {
    TestRun first = run(2, BY_TABLE);
    ShardingPlan plan = planOf(first.train());
    assertThat(PlanFile.read(first.directory())).isEqualTo(plan);
    assertThat(plan.measured()).isEqualTo("the first 4 steps of the data");
    Report follower = run(2, "sharding.plan=" + first.directory()).train();
    assertThat(planOf(follower)).isEqualTo(plan);
  }

  @Test
  void oneDeviceLeavesNoPlan() {
    TestRun one = run(1);
    Report report = one.train();
    assertThat(report.json().hasPath(ShardingPlan.KEY)).isFalse();
    assertThat(one.directory().resolve(PlanFile.NAME)).doesNotExist();
  }

  @Test
  void aPlanThatDoesNotFitIsRefused() {
    TestRun first = run(2, BY_TABLE);
    first.train();
    String plan = "sharding.plan=" + first.directory().resolve(PlanFile.NAME);
    assertThatThrownBy(() -> run(3, plan).train())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.sharding.plan")
        .hasMessageContaining("is for 2 devices, not for 3; leave it out, to plan anew");
    assertThatThrownBy(() -> run(2, plan, "data.synthetic.cardinalities=[3, 50]").train())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has 5 tables, not 2");
    assertThatThrownBy(() -> run(2, plan, "sharding.tables.C2=row").train())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has table C2 as table, sharding.tables.C2 is row");
  }

  @Test
  void aRunThatResumesKeepsItsPlanOnAsManyDevices() throws Exception {
    TestRun first = run(2, BY_TABLE);
    ShardingPlan byTable = planOf(first.train());
    Path file = Files.move(first.directory().resolve(PlanFile.NAME), folder.resolve("plan"));
    TestRun stopped = checkpointed(2).set("sharding.plan=" + file);
    train(stopped, 50);
    // Neither what the run was told nor what it would measure now counts.
    Files.delete(file);
    Report resumed = stopped.set("sharding.link-bandwidth=1 MB").resume();
    assertThat(planOf(resumed)).isEqualTo(byTable);
    assertThat(TestRun.digests(resumed)).isEqualTo(TestRun.digests(run(2, BY_TABLE).train()));
  }

  @Test
  void aRunThatResumesOnOtherDevicesIsPlannedAnew() {
    train(checkpointed(2), 30);
    phases.clear();
    Report three = train(checkpointed(3), 60, true);
    assertThat(phases)
        .contains(
            "dividing the tables anew: the plan in the checkpoint is for 2 devices, not for 3");
    assertThat(planOf(three).devices()).isEqualTo(3);
    Report one = train(checkpointed(1), Long.MAX_VALUE, true);
    assertThat(one.steps()).isEqualTo(run(1).train().steps());
    assertThat(one.json().hasPath(ShardingPlan.KEY)).isFalse();
  }

  @Test
  void aPreviewHasThePlan() {
    Config config = run(3, BY_TABLE).config();
    Preview preview = Preview.of(config, TestRun.builtIn());
    assertThat(preview.plan().devices()).isEqualTo(3);
    assertThat(preview.plan().costs())
        .allSatisfy(cost -> assertThat(cost.exchangeBytes()).isPositive());
    assertThat(preview.deviceBytes()).hasSize(3).allSatisfy(b -> assertThat(b).isPositive());
  }

  private TestRun checkpointed(int devices) {
    return run(
        devices,
        "checkpoint.every=10 steps",
        "checkpoint.directory=" + folder.resolve("checkpoints"));
  }

  private Report train(TestRun run, long most) {
    return train(run, most, false);
  }

  /** Trains until so many steps were done. */
  private Report train(TestRun run, long most, boolean resume) {
    var listener =
        new RunListener() {
          private RunControl control;

          @Override
          public void phase(String what) {
            phases.add(what);
          }

          @Override
          public void started(RunStarted started, RunControl run) {
            control = run;
          }

          @Override
          public void step(StepProgress progress) {
            if (progress.step() >= most) {
              control.stop();
            }
          }
        };
    try (Trainer trainer = run.open(listener, resume)) {
      return trainer.train();
    }
  }
}
