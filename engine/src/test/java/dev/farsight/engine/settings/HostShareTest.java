package dev.farsight.engine.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostShareTest {

  private static HostShare share(int processes, int perHost) {
    String sharding = "sharding { processes = %d, processes-per-host = %d }";
    return HostShare.of(
        Settings.of("farsight", ConfigFactory.parseString(sharding.formatted(processes, perHost))));
  }

  /** On each host, every device belongs to one process. */
  @ParameterizedTest
  @CsvSource({"1, 1, 8, 8", "3, 1, 2, 2", "2, 2, 4, 2", "6, 3, 6, 2", "4, 4, 4, 1", "4, 2, 6, 3"})
  void processesDivideTheDevices(int processes, int perHost, int onHost, int each) {
    HostShare share = share(processes, perHost);
    assertThat(share.devices(onHost, "any")).isEqualTo(each);
    for (int host = 0; host < processes / perHost; host++) {
      var opened = new TreeSet<Integer>();
      for (int process = host * perHost; process < (host + 1) * perHost; process++) {
        int first = share.firstDevice(process, onHost, each);
        for (int device = first; device < first + each; device++) {
          assertThat(opened.add(device)).as("process %d, device %d", process, device).isTrue();
        }
      }
      assertThat(opened).hasSize(onHost).first().isEqualTo(0);
      assertThat(opened.last()).isEqualTo(onHost - 1);
    }
  }

  @Test
  void oneDeviceIsThatOfEveryProcess() {
    HostShare share = share(3, 3);
    assertThat(share.devices(1, "any")).isEqualTo(1);
    for (int process = 0; process < 3; process++) {
      assertThat(share.firstDevice(process, 1, 1)).isZero();
    }
  }

  @Test
  void coresAreDividedButEveryProcessHasOne() {
    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(share(1, 1).cores()).isEqualTo(cores);
    assertThat(share(2, 2).cores()).isEqualTo(Math.max(1, cores / 2));
    assertThat(share(1024, 1024).cores()).isEqualTo(Math.max(1, cores / 1024));
  }

  @Test
  void devicesThatCannotBeDivided() {
    assertThatThrownBy(() -> share(4, 4).devices(6, "nd4j-native"))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(
            "sharding.processes-per-host: 4 cannot divide 6 devices of compute.backend ="
                + " nd4j-native evenly: name a multiple of it, or one device that every process"
                + " has");
  }

  @ParameterizedTest
  @CsvSource({"3, 2", "1, 2", "2, 4"})
  void hostsHaveEquallyManyProcesses(int processes, int perHost) {
    assertThatThrownBy(() -> share(processes, perHost))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(
            "%d does not divide sharding.processes = %d: each host has as many processes"
                .formatted(perHost, processes));
  }
}
