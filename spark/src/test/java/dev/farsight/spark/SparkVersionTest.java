package dev.farsight.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.InputStream;
import java.util.Properties;
import org.apache.spark.package$;
import org.junit.jupiter.api.Test;

class SparkVersionTest {

  @Test
  void theOneThatItIsCompiledForRuns() throws Exception {
    assertThatCode(SparkVersion::require).doesNotThrowAnyException();
    var built = new Properties();
    try (InputStream in =
        SparkVersion.class.getResourceAsStream("/dev/farsight/spark/spark.properties")) {
      built.load(in);
    }
    assertThat(built.getProperty("spark")).isEqualTo(package$.MODULE$.SPARK_VERSION());
    assertThat(scala.util.Properties.versionNumberString())
        .startsWith(built.getProperty("scala") + ".");
  }

  @Test
  void anotherPatchIsTheSame() {
    assertThat(SparkVersion.complaint("4.1.0", "2.13", "4.1.3", "2.13.17")).isEmpty();
    assertThat(SparkVersion.complaint("4.1.0", "2.13", "4.1.1-SNAPSHOT", "2.13.17")).isEmpty();
  }

  @Test
  void othersAreToldWithWhatWorks() {
    assertThat(SparkVersion.complaint("4.1.0", "2.13", "3.5.6", "2.12.18"))
        .hasValue(
            "Spark 3.5.6 with Scala 2.12.18 runs here, and this farsight-spark is built for Spark 4.1 with Scala 2.13: use that, or build farsight-spark with -Dspark.version=VERSION; 4.1, 4.2 and, without Parquet, 3.5 work, all with Scala 2.13");
    assertThat(SparkVersion.complaint("4.1.0", "2.13", "4.10.0", "2.13.17")).isPresent();
    assertThat(SparkVersion.complaint("4.1.0", "2.13", "4.1.0", "3.3.1")).isPresent();
    assertThat(SparkVersion.complaint("4.1.0", "2.13", "unknown", "unknown")).isPresent();
  }
}
