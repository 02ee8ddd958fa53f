package dev.farsight.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A model that is used is open, once; of the others the last ones are. */
class OpenModelsTest {

  /** What is open, and in which order models were used last. */
  private final List<String> open = new ArrayList<>();

  private final OpenModels<String> models = new OpenModels<>(2, this::close);

  private String open(String name) {
    assertThat(open).doesNotContain(name);
    open.add(name);
    return name;
  }

  private void close(String name) {
    assertThat(open.remove(name)).isTrue();
  }

  private OpenModels<String>.Use use(String name) {
    return models.use(name, () -> open(name));
  }

  @Test
  void theLastTwoStayOpen() {
    for (String name : List.of("a", "b", "c", "b", "d")) {
      try (var use = use(name)) {
        assertThat(use.model()).isEqualTo(name);
      }
    }
    assertThat(open).containsExactlyInAnyOrder("b", "d");
  }

  @Test
  void aModelThatCannotBeOpenedIsTriedAgain() {
    assertThatThrownBy(
            () ->
                models.use(
                    "a",
                    () -> {
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");
    assertThat(models.size()).isZero();
    use("a").close();
    assertThat(open).containsExactly("a");
  }

  @Test
  void whatIsUsedIsOpen() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var uses = new ArrayList<OpenModels<String>.Use>();
    for (int step = 0; step < 2000; step++) {
      if (random.nextInt(uses.size() + 4) < 4) {
        uses.add(use("model " + random.nextInt(9)));
      } else {
        var ended = uses.remove(random.nextInt(uses.size()));
        ended.close();
        ended.close(); // does nothing
      }
      var used = new HashSet<String>();
      uses.forEach(use -> used.add(use.model()));
      assertThat(open).as("seed %d, step %d", seed, step).containsAll(used);
      assertThat(open.size()).as("seed %d", seed).isLessThanOrEqualTo(used.size() + 2);
    }
  }
}
