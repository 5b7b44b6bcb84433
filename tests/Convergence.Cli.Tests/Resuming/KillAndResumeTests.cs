using System.Diagnostics;
using System.Text;
using Convergence.Cli.Tests.Support;
using Convergence.Evolution.Randomness;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Resuming;

/// <summary>Runs that are killed without warning, or asked to stop, end as if nobody had touched them.</summary>
public sealed class KillAndResumeTests
{
    private const int KillCount = 10;
    private const int Generations = 40;
    private const int Interrupt = 2;
    private const int Terminate = 15;

    // For so long a run that goes on does something, on a machine with other work, too: a run that hangs takes next to no processor time.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TimeOfAHangingRun = TimeSpan.FromMilliseconds(50);

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Kill_AtRandomMoments_EndsLikeTheUninterruptedRun()
    {
        var (expected, duration) = RunUninterrupted();
        var random = new SearchRandom(20);
        var (kills, runs, killsBeforeAnyCheckpoint) = (0, 0, 0);
        while (kills < KillCount)
        {
            runs++;
            Assert.That(runs, Is.LessThanOrEqualTo(30), "the runs end too fast to be killed often enough");
            var checkpoints = $"checkpoints-{runs}";
            var config = TinyJob.Write(_directory.Path, Generations, checkpoints: checkpoints, fileName: $"killed-{runs}.yaml");
            while (true)
            {
                var resumes = HasCheckpoint(checkpoints);
                using var process = Start(config, runs, resumes ? ["--resume", "latest"] : []);
                if (kills < KillCount && process.KillAfter(NextDelay(kills, duration, random)))
                {
                    kills++;
                    killsBeforeAnyCheckpoint += HasCheckpoint(checkpoints) ? 0 : 1;
                    continue;
                }

                var result = process.Wait();
                Assert.That(result.ExitCode, Is.Zero, result.ToString());
                break;
            }

            Assert.That(FinishedRun.Read(OutputOf(runs)), Is.EqualTo(expected), $"run {runs}, after {kills} kills in all");
        }

        TestContext.Out.WriteLine(
            $"{kills} kills in {runs} runs of about {duration.TotalSeconds:0.0} s, {killsBeforeAnyCheckpoint} "
            + "of them before the first checkpoint");
    }

    [TestCase(Interrupt)]
    [TestCase(Terminate)]
    [Platform(Exclude = "Win", Reason = "signals are sent the Unix way")]
    public void StopSignal_WritesACheckpointAndSaysHowToGoOn(int signal)
    {
        var config = TinyJob.Write(_directory.Path, generations: 100_000, fileName: "long.yaml");
        CliResult stopped;
        using (var process = CliProcess.Start(_directory.Path, "evolve", "long.yaml", "--seed", "5"))
        {
            Assert.That(process.WaitForOutput("generation 3/", TimeSpan.FromMinutes(1)), "the run never came to its third generation");
            process.Signal(signal);
            stopped = process.Wait();
        }

        Assert.That(stopped.ExitCode, Is.EqualTo(130), stopped.ToString());
        Assert.That(stopped.Error, Does.Contain("cancelled; checkpoint "));
        Assert.That(stopped.Error, Does.Contain("to go on: convergence evolve long.yaml --seed 5 --resume latest"));
        Assert.That(_directory.Combine("out"), Does.Not.Exist);
        Assert.That(Directory.GetFiles(_directory.Combine("checkpoints"), "*.tmp"), Is.Empty);

        // What the message says works. The job is cut down first so that it ends, which a resumed run may ask for.
        var shown = stopped.Error.Split('\n')
            .Single(line => line.StartsWith("cancelled; checkpoint ", StringComparison.Ordinal))["cancelled; checkpoint ".Length..];
        var checkpoint = _directory.Combine(shown);
        Assert.That(Path.IsPathRooted(shown), Is.False, "paths in the working directory are shown as seen from it");
        Assert.That(checkpoint, Does.Exist);
        var generation = int.Parse(
            Path.GetFileNameWithoutExtension(checkpoint).Split('_')[1], System.Globalization.CultureInfo.InvariantCulture);
        var resumed = CliRunner.Run("evolve", config, "--seed", "5", "--generations", $"{generation + 1}", "--resume", "latest");
        Assert.That(resumed.ExitCode, Is.Zero, resumed.ToString());
        Assert.That(resumed.Output, Does.Contain($"resumed from {checkpoint} after {generation} generations"));
        Assert.That(resumed.Output, Does.Contain($"generation {generation + 1}/{generation + 1}  "));
    }

    [TestCase(Interrupt)]
    [TestCase(Terminate)]
    [Platform(Exclude = "Win", Reason = "signals are sent the Unix way")]
    public void SecondSignal_EndsARunThatCannotStopInGoodOrder(int signal)
    {
        // Nobody reads the output, so once its pipe is full the run hangs in the middle of a line and cannot come to an end by itself.
        TinyJob.Write(_directory.Path, generations: 100_000);
        using var process = CliProcess.StartUnread(_directory.Path, "evolve", "job.yaml", "--json");
        WaitUntilItHangs(process);
        process.Signal(signal);
        Assert.That(process.HasEndedWithin(TimeSpan.FromSeconds(2)), Is.False, "one signal asks politely");
        process.Signal(signal);
        Assert.That(process.HasEndedWithin(TimeSpan.FromSeconds(20)), Is.True, "a second signal ends the process at once");
        Assert.That(process.ExitCode, Is.EqualTo(128 + signal));
    }

    [TestCase(Interrupt)]
    [TestCase(Terminate)]
    [Platform("Linux", Reason = "signals are sent the Unix way, and the file is sparse")]
    public void FirstSignal_WhileInputIsRead_EndsTheCommandAtOnce(int signal)
    {
        // Hashing so much takes many seconds.
        TinyModels.Write(_directory.Combine("model"), TinyJob.Options, seed: 1);
        WriteSparseWeights(_directory.Combine("model", "model.safetensors"), elementCount: 8L << 30);
        using var process = CliProcess.Start(_directory.Path, "inspect", "model");
        Assert.That(process.HasEndedWithin(TimeSpan.FromSeconds(1.5)), Is.False, "the command has much to read");
        process.Signal(signal);
        Assert.That(process.HasEndedWithin(TimeSpan.FromSeconds(2)), Is.True, "a signal ends a command that only reads");
        var result = process.Wait();
        Assert.That(result.ExitCode, Is.EqualTo(130), result.ToString());
        Assert.That(result.Error, Does.Contain("error: cancelled."));
    }

    [Test]
    public void Cancellation_InJson_HoldsTheResumeCommand()
    {
        var config = TinyJob.Write(_directory.Path, generations: 4);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var result = CliRunner.Run(cancelled.Token, "evolve", config, "--json");
        Assert.That(result.ExitCode, Is.EqualTo(130), result.ToString());
        var last = result.JsonLines()[^1];
        Assert.That(last.GetProperty("stop_reason").GetString(), Is.EqualTo("cancelled"));
        Assert.That(last.GetProperty("resume_command").GetString(), Is.EqualTo($"convergence evolve {config} --resume latest"));
        Assert.That(last.GetProperty("checkpoint").GetString(), Does.Exist);
    }

    private void WaitUntilItHangs(CliProcess process)
    {
        var watch = Stopwatch.StartNew();
        var quiet = Stopwatch.StartNew();
        var busy = TimeSpan.Zero;
        while (!HasCheckpoint("checkpoints") || quiet.Elapsed < LongestPause)
        {
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromMinutes(2)), "the run never filled its output");
            Assert.That(process.HasEndedWithin(TimeSpan.FromSeconds(0.1)), Is.False, "the run ended");
            if (process.ProcessorTime - busy > TimeOfAHangingRun)
            {
                busy = process.ProcessorTime;
                quiet.Restart();
            }
        }
    }

    /// <summary>One tensor of zeros that take no place on the disk.</summary>
    private static void WriteSparseWeights(string path, long elementCount)
    {
        var header = Encoding.UTF8.GetBytes(
            $$$"""{"w":{"dtype":"U8","shape":[{{{elementCount}}}],"data_offsets":[0,{{{elementCount}}}]}}""");
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((ulong)header.Length));
        file.Write(header);
        file.SetLength(sizeof(ulong) + header.Length + elementCount);
    }

    private (FinishedRun Expected, TimeSpan Duration) RunUninterrupted()
    {
        var config = TinyJob.Write(_directory.Path, Generations);
        var watch = Stopwatch.StartNew();
        using var process = Start(config, 0, []);
        var result = process.Wait();
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        return (FinishedRun.Read(OutputOf(0)), watch.Elapsed);
    }

    private CliProcess Start(string config, int run, string[] more) =>
        CliProcess.Start(_directory.Path, ["evolve", config, "--out", OutputOf(run), .. more]);

    private string OutputOf(int run) => _directory.Combine($"out-{run}");

    /// <summary>Anywhere in the run; every third time while the program starts, before there is much to resume from.</summary>
    private static TimeSpan NextDelay(int kills, TimeSpan duration, SearchRandom random) =>
        kills % 3 == 0 ? TimeSpan.FromMilliseconds(400 * random.NextDouble()) : duration * (0.05 + (0.5 * random.NextDouble()));

    private bool HasCheckpoint(string folder) =>
        Directory.Exists(_directory.Combine(folder)) && Directory.EnumerateFiles(_directory.Combine(folder), "generation_*.json").Any();
}
