package dev.farsight.reading.internal.record;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.reading.DenseColumn;
import dev.farsight.reading.Transform;
import dev.farsight.reading.internal.settings.TransformSettings;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TransformTest {

  private static List<Transform> steps(String conf) {
    return steps(conf, "");
  }

  private static List<Transform> steps(String source, String column) {
    String all = "transform = log, clip-min = null, clip-max = null\n" + source;
    return new TransformSettings(Settings.of("source", ConfigFactory.parseString(all)))
        .of(Settings.of("column", ConfigFactory.parseString(column)));
  }

  private static float value(List<Transform> steps, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    var reader = new DenseReader(new DenseColumn("x", false, steps));
    return (float) (text.isEmpty() ? reader.missing() : reader.value(bytes, 0, bytes.length));
  }

  @Test
  void oneTransformGivesTheBitsThatItAlwaysGave() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    List<Transform> log = steps("");
    List<Transform> none = steps("transform = none");
    List<Transform> standard = steps("transform = standard", "mean = 0.3, deviation = 0.7");
    assertThat(steps("transform = [none]")).isEmpty();
    for (int i = 0; i < 20_000; i++) {
      double x = (random.nextInt(10_000) - 100) / (i % 2 == 0 ? 1.0 : 8.0);
      String text = "" + x;
      assertThat(value(log, text))
          .as("seed %d, %s", seed, text)
          .isEqualTo((float) StrictMath.log(Math.max(x, -1) + 2));
      assertThat(value(none, text)).isEqualTo((float) x);
      assertThat(value(standard, text)).isEqualTo((float) ((x - 0.3) / 0.7));
    }
    assertThat(value(log, "")).isEqualTo((float) Math.log(2));
    assertThat(value(none, "")).isZero();
    assertThat(value(standard, "")).isEqualTo(0f);
  }

  @Test
  void aListIsGoneThroughInOrderAndRoundedOnce() {
    String given = "mean = 2, deviation = 0.5";
    List<Transform> logFirst = steps("transform = [log, standard, clip]", given + ", clip-max = 3");
    assertThat(value(logFirst, "10")).isEqualTo((float) ((StrictMath.log(12) - 2) / 0.5));
    assertThat(value(logFirst, "1000")).isEqualTo(3f);
    assertThat(value(logFirst, "-1")).isEqualTo(-4f);
    // 0 before log.
    assertThat(value(logFirst, "")).isEqualTo((float) ((StrictMath.log(2) - 2) / 0.5));
    List<Transform> clipFirst = steps("clip-min = 1, clip-max = 5", "transform = [clip, log]");
    assertThat(value(clipFirst, "-7")).isEqualTo((float) Math.log(3));
    assertThat(value(clipFirst, "7")).isEqualTo((float) Math.log(7));
    assertThat(value(clipFirst, "")).isEqualTo((float) Math.log(3));
    // The mean before standard.
    List<Transform> standardFirst = steps("transform = [standard, clip], clip-min = 0.5", given);
    assertThat(value(standardFirst, "")).isEqualTo(0.5f);
    assertThat(value(standardFirst, "4")).isEqualTo(4f);
  }

  @Test
  void aConstantColumnGivesZero() {
    var constant = new Standard(3, 0);
    assertThat(value(List.of(constant), "7")).isZero();
    assertThat(value(List.of(constant), "")).isZero();
  }

  @Test
  void complaintsNameTheKey() {
    complains("transform = []", "", "source.transform: [] names no transform; set none to take");
    complains(
        "transform = lgo", "", "source.transform: 'lgo' is none of log, none, standard, clip");
    complains(
        "transform = [log, lgo]", "", "names lgo, which is none of log, none, standard, clip");
    complains("", "transform = [log, log]", "column.transform: [\"log\",\"log\"] names log twice");
    complains("transform = [none, log]", "", "names none among others; leave it out");
    complains("transform = clip", "", "has clip, which needs clip-min, clip-max or both");
    complains(
        "transform = clip, clip-min = 2, clip-max = 1",
        "",
        "source.clip-min: 2 is above clip-max, which is 1.0");
    complains(
        "transform = [log, clip], clip-min = 0",
        "mean = 3",
        "column.mean: 3 is not used by transform = [log, clip]; set transform = standard, or leave");
    complains("", "clip-max = 3", "column.clip-max: 3 is not used by transform = log; set");
    complains("transform = standard", "deviation = 0", "column.deviation: 0 is not a number from");
  }

  private static void complains(String source, String column, String complaint) {
    assertThatThrownBy(() -> steps(source, column))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(complaint);
  }

  /** Parts of any sizes, of numbers that a sum of squares would lose. */
  @Test
  void momentsArePreciseHoweverTheyAreMerged() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      double offset = random.nextInt(3) * 1e9;
      var all = new Moments();
      var numbers = random.doubles(random.nextInt(1, 3000)).map(x -> x + offset).toArray();
      for (int at = 0; at < numbers.length; ) {
        var part = new Moments();
        for (int left = random.nextInt(300); left > 0 && at < numbers.length; left--) {
          part.add(numbers[at++]);
        }
        all.merge(part);
      }
      double mean = 0;
      for (double x : numbers) {
        mean += (x - offset) / numbers.length;
      }
      double squares = 0;
      for (double x : numbers) {
        squares += Math.pow(x - offset - mean, 2) / numbers.length;
      }
      // Each addition rounds the mean by a deviation of ulp / sqrt(12), of which k / n is left
      // after n; of
      // parts of up to 300 numbers that is ulp / sqrt(12) * sqrt(300 / 3). Six of these deviations
      // are allowed.
      double rounding = 6 * Math.ulp(offset + 1) / Math.sqrt(12) * Math.sqrt(300 / 3.0) + 1e-12;
      assertThat(all.scale().mean() - offset).as("seed %d", seed).isCloseTo(mean, within(rounding));
      assertThat(all.scale().deviation())
          .as("seed %d", seed)
          .isCloseTo(Math.sqrt(squares), within(1e-6));
    }
    assertThat(new Moments().scale()).isEqualTo(new Scale(0, 0));
    var constant = new Moments();
    for (int part = 0; part < 7; part++) {
      var tenths = new Moments();
      for (int i = 0; i < 5; i++) {
        tenths.add(0.1);
      }
      constant.merge(tenths);
    }
    assertThat(constant.scale()).isEqualTo(new Scale(0.1, 0));
  }
}
