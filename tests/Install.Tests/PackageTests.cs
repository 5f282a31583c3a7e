using LaiChau.PointAgent.Tests;
using LaiChau.Testing;

namespace LaiChau.Install.Tests;

/// <summary>The package on a machine: with dpkg, systemd and the unit's confinement as they are.</summary>
public sealed class PackageTests(Package package)
{
    [Fact]
    public async Task Installed_and_enrolled_it_shows_what_is_published_and_finds_nothing_amiss()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("một"), Made.Film(1, 300_000)]);
        await using var machine = await Machine.Boot();
        Assert.Contains("sudo point-agent enrol", await machine.Install(package.Current), StringComparison.Ordinal);
        // Unless somebody has its usual port.
        Assert.Contains(await machine.Property("ActiveState"), (string[])["active", "activating"]);
        await machine.Set();
        Assert.Equal("active", await machine.Property("ActiveState"));
        Assert.Contains("chưa được ghi danh", await machine.Screen.GetStringAsync("/"), StringComparison.Ordinal);
        var fresh = await machine.Try("point-agent check");
        Assert.Equal(1, fresh.ExitCode);
        Assert.Contains("LỖI   Ghi danh: chưa", fresh.Output, StringComparison.Ordinal);

        var stranger = await machine.Try("setpriv --reuid=nobody --clear-groups point-agent enrol X --server http://x");
        Assert.Equal(1, stranger.ExitCode);
        Assert.Contains("sudo", stranger.Errors, StringComparison.Ordinal);

        await machine.Enrol(headquarters);
        await machine.Shows("một");
        await machine.Run("point-agent check");
        var process = await machine.Property("MainPID");
        Assert.Equal("point-agent\n", await machine.Run($"stat -c %U /proc/{process}"));
        Assert.Equal("", await machine.Run("find /var/lib/point-agent ! -user point-agent"));
    }

    [Fact]
    public async Task An_upgrade_keeps_settings_identity_and_library_and_a_switch_turned_off()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var machine = await Machine.Boot();
        await machine.InstallAndSet(package.Current);
        await machine.Enrol(headquarters);
        await machine.Shows("một");
        var before = await machine.Property("MainPID");
        headquarters.IsCutOff = true;

        await machine.Copy(package.Newer, "/root/newer.deb");
        Assert.DoesNotContain("enrol", await machine.Run("dpkg -i /root/newer.deb"), StringComparison.Ordinal);
        Assert.EndsWith("+1", await machine.Run("dpkg-query -W -f '${Version}' point-agent"), StringComparison.Ordinal);
        Assert.NotEqual(before, await machine.Property("MainPID"));
        await machine.Shows("một");
        Assert.Contains("Điểm mẫu", (await machine.Try("point-agent check")).Output, StringComparison.Ordinal);

        await machine.Run("systemctl disable --now point-agent; dpkg -i /root/newer.deb");
        Assert.Equal("disabled", await machine.Property("UnitFileState"));
    }

    [Fact]
    public async Task Removed_it_keeps_what_it_has_and_purged_it_leaves_nothing()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var machine = await Machine.Boot();
        await machine.InstallAndSet(package.Current);
        await machine.Enrol(headquarters);
        await machine.Shows("một");
        headquarters.IsCutOff = true;

        await machine.Run("dpkg -r point-agent");
        Assert.Equal("inactive", await machine.Property("ActiveState"));
        await machine.Run("test ! -e /usr/bin/point-agent; test -s /var/lib/point-agent/agent.db");
        await machine.Run("dpkg -i /root/agent.deb");
        await machine.Shows("một");

        await machine.Run("dpkg --purge point-agent");
        await machine.Run("! getent passwd point-agent");
        Assert.Equal("", await machine.Run("find / -xdev -path '*point-agent*'"));
    }

    [Fact]
    public async Task Where_systemd_does_not_run_it_installs_and_goes_and_is_switched_on_for_the_next_start()
    {
        await using var machine = await Machine.WithoutSystemd();
        await machine.Install(package.Current);
        await machine.Run("test -L /etc/systemd/system/multi-user.target.wants/point-agent.service");
        var check = await machine.Try("point-agent check");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("Chưa có dữ liệu", check.Errors, StringComparison.Ordinal);
        await machine.Run("dpkg --purge point-agent; test ! -e /var/lib/point-agent -a ! -e /etc/point-agent");
    }

    [Fact]
    public async Task Hung_on_a_stick_it_is_started_anew_and_takes_what_is_on_the_stick()
    {
        await using var headquarters = await Headquarters.Open();
        await headquarters.Publish("a/b", 1, [Made.Page("một")]);
        await using var machine = await Machine.Boot();
        await machine.Install(package.Current);
        await machine.Run(
            """
            mkdir /etc/systemd/system/point-agent.service.d
            printf '[Service]\nWatchdogSec=24\n' >/etc/systemd/system/point-agent.service.d/impatient.conf
            systemctl daemon-reload
            """
        );
        await machine.Set();
        await machine.Enrol(headquarters);
        await machine.Shows("một");
        headquarters.IsCutOff = true;
        await headquarters.Publish("a/b", 2, [Made.Page("hai")]);

        var hung = await machine.Property("MainPID");
        await machine.Run(
            $"""
            strace -f -qq -o /dev/null -p {hung} -P /media/USB/laichau/metadata/timestamp.json \
                -e trace=openat -e inject=openat:delay_enter=1000s >/dev/null 2>&1 &
            echo $! >/root/strace
            until grep -q 'TracerPid:[[:space:]]*[1-9]' /proc/{hung}/status; do sleep 0.1; done
            mkdir -p /media/USB
            """
        );
        await machine.Copy(headquarters.ContentFolder, "/root/laichau");
        await machine.Run("chmod -R a+rX /root/laichau; mv /root/laichau /media/USB/");
        await Eventually.Passes(
            async () => await machine.Run("journalctl -u point-agent --no-pager | grep 'Watchdog timeout'"),
            TimeSpan.FromSeconds(240)
        );
        // strace keeps what is dead; a stick that hangs in earnest would not.
        await machine.Run("kill -KILL $(cat /root/strace)");
        await machine.Shows("hai");
        Assert.Equal("1", await machine.Property("NRestarts"));
        Assert.NotEqual(hung, await machine.Property("MainPID"));
    }

    [Fact]
    public async Task The_unit_is_in_order_and_confined()
    {
        await using var machine = await Machine.WithoutSystemd();
        await machine.Install(package.Current);
        const string unit = "/usr/lib/systemd/system/point-agent.service";
        Assert.Equal("", await machine.Run($"systemd-analyze verify {unit}"));
        // Of ten; what is above is no longer called OK.
        await machine.Run($"systemd-analyze security --no-pager --offline=true --threshold=20 {unit}");
    }
}
