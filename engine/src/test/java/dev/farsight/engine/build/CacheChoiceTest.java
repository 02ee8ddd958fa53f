package dev.farsight.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.settings.EngineSettings;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cache size of a run that sets none, computed by hand. Rows have 16 floats, 64 bytes. */
class CacheChoiceTest {

  private static final ClassLoader LOADER = CacheChoiceTest.class.getClassLoader();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data.synthetic.cardinalities=[1000000, 50];data.batch-size=2048 | 10001 | cache: 10,001 slots, 1 % of 1,000,050 rows, which holds every batch (cache.size is not set)
          data.synthetic.cardinalities=[5000, 300];data.batch-size=2048 | 5300 | cache: 5,300 slots, all rows, which take only 331.3 KiB; 1 % may not hold a batch (cache.size is not set)
          data.synthetic.cardinalities=[1048476, 100];data.batch-size=32768 | 1048576 | cache: 1,048,576 slots, all rows, which take only 64.0 MiB; 1 % may not hold a batch (cache.size is not set)
          data.synthetic.cardinalities=[1048477, 100];data.batch-size=32768 | 32868 | cache: 32,868 slots, the least that holds every batch of 32,768 samples; 1 % of 1,048,577 rows may not (cache.size is not set)
          data.synthetic.cardinalities=[2000000, 100];data.batch-size=16384;data.synthetic.hotness=[2, 1] | 32868 | cache: 32,868 slots, the least that holds every batch of 16,384 samples; 1 % of 2,000,100 rows may not (cache.size is not set)
          data.synthetic.cardinalities=[5000, 300];data.batch-size=64;cache.tables.C2.size=all | 364 | cache: 364 slots, the least that holds every batch of 64 samples; 1 % of 5,300 rows may not (cache.size is not set)
          data.synthetic.cardinalities=[5000, 300];cache.size=2.5% | 133 | cache: 133 slots, cache.size = 2.5%
          data.synthetic.cardinalities=[5000, 300];cache.size=.025 | 133 | cache: 133 slots, cache.size = .025
          data.synthetic.cardinalities=[5000, 300];cache.size=1 KiB | 16 | cache: 16 slots, cache.size = 1 KiB
          """)
  void aSizeThatIsNotSetHoldsEveryBatch(String sets, long slots, String line) {
    var farsight =
        Settings.of(
            "farsight",
            FarsightConfig.defaults().set(List.of(sets.split(";"))).resolve(List.of(LOADER)));
    CacheChoice choice = CacheChoice.of(EngineSettings.of(farsight), schema(farsight));
    assertThat(choice.slots()).isEqualTo(slots);
    assertThat(choice.line()).isEqualTo(line);
  }

  private static BatchSchema schema(Settings farsight) {
    Settings data = farsight.section("data");
    var context = new DataContext(data, data.section("synthetic"), 1, 1, 1);
    try (var plugins = Plugins.load(LOADER)) {
      Components components = plugins.components();
      try (DataSource source = components.source(farsight).open(context)) {
        return source.schema();
      }
    }
  }
}
