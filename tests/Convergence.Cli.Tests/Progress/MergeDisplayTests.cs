using System.Text.Json.Nodes;
using Convergence.Cli.Hosting;
using Convergence.Cli.Progress;
using Convergence.Merging;

namespace Convergence.Cli.Tests.Progress;

public sealed class MergeDisplayTests
{
    private const long Total = 1_000_000_000;

    [TestCase(true, false)]
    [TestCase(false, false)]
    [TestCase(false, true)]
    public void Report_OfAMergeThatIsOverAtOnce_ShowsNothing(bool isInteractive, bool json)
    {
        Assert.That(Course(isInteractive, json, TimeSpan.Zero, 500_000_000, Total), Is.Empty);
    }

    [Test]
    public void Lines_ComeEveryFewSecondsAndAtTheEnd()
    {
        var lines = Course(isInteractive: false, json: false, TimeSpan.FromSeconds(3), 100_000_000, 400_000_000, 500_000_000, Total)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(2), "at six seconds and at the end; three seconds are too soon");
        Assert.That(lines[0], Does.StartWith(" 40 %  400 MB of 1.00 GB  66.7 MB/s  left ").And.EndsWith("file 1 of 2"));
        Assert.That(lines[1], Does.StartWith("100 %  1.00 GB of 1.00 GB"));
    }

    [Test]
    public void Json_IsAnObjectALine()
    {
        var lines = Course(isInteractive: false, json: true, TimeSpan.FromSeconds(1), 250_000_000, Total)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var first = JsonNode.Parse(lines[0])!;
        Assert.That(first["event"]!.GetValue<string>(), Is.EqualTo("progress"));
        Assert.That(first["bytes"]!.GetValue<long>(), Is.EqualTo(250_000_000));
        Assert.That(first["bytes_per_second"]!.GetValue<double>(), Is.EqualTo(250e6));
        Assert.That(first["seconds_left"]!.GetValue<double>(), Is.EqualTo(3));
        Assert.That(JsonNode.Parse(lines[1])!["bytes"]!.GetValue<long>(), Is.EqualTo(Total));
    }

    [Test]
    public void Bar_IsRedrawnInPlaceAndClearedAtTheEnd()
    {
        var shown = Course(isInteractive: true, json: false, TimeSpan.FromSeconds(1), 500_000_000, Total);
        Assert.That(shown, Does.Contain(new string('━', 15) + new string('─', 15) + "  50 %").And.Contain(new string('━', 30) + " 100 %"));
        Assert.That(shown, Does.Not.Contain("\n").And.EndWith("\r\u001b[K"));
    }

    // Reports these numbers of bytes, a step of time before each.
    private static string Course(bool isInteractive, bool json, TimeSpan step, params long[] byteCounts)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var time = new SteppedTime();
        using (var display = MergeDisplay.For(new Terminal(output, TextWriter.Null, isInteractive), time, json))
        {
            foreach (var byteCount in byteCounts)
            {
                time.Now += step;
                display.Report(new MergeProgress(byteCount, Total, 0, 1, 2));
            }
        }

        return output.ToString();
    }

    private sealed class SteppedTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
