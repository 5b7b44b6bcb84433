using Convergence.Tensors.Cpu;

namespace Convergence.Tensors.Tests.Cpu;

/// <summary>Every test runs under a deadline: a lost wake-up would otherwise hang the suite.</summary>
public sealed class WorkerTeamTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Test]
    public void Run_ManyShortJobs_RunsEveryItemOnce([Range(1, 4)] int threadCount) => WithinDeadline(() =>
    {
        using var team = new WorkerTeam(threadCount);
        var counts = new int[64];
        var expected = new int[64];
        for (var job = 0; job < 5_000; job++)
        {
            var itemCount = job % 17;
            team.Run(itemCount, (item, worker) =>
            {
                Interlocked.Increment(ref counts[item]);
                Assert.That(worker, Is.InRange(0, threadCount - 1));
            });
            for (var item = 0; item < itemCount; item++)
            {
                expected[item]++;
            }
        }

        Assert.That(counts, Is.EqualTo(expected));
    });

    [Test]
    public void Run_AfterWorkersFellAsleep_WakesThem([Range(2, 4)] int threadCount) => WithinDeadline(() =>
    {
        using var team = new WorkerTeam(threadCount);
        using var never = new ManualResetEventSlim();
        var sum = 0;
        for (var job = 0; job < 200; job++)
        {
            // Pauses around the time that a worker spins before it blocks: some workers sleep, some just fall asleep.
            never.Wait(job % 4);
            team.Run(8, (item, _) => Interlocked.Add(ref sum, item));
            team.Run(2, (item, _) => Interlocked.Add(ref sum, item));
        }

        Assert.That(sum, Is.EqualTo(200 * (28 + 1)));
    });

    [Test]
    public void Run_WorkersBusyAtOnce_ShareTheItems() => WithinDeadline(() =>
    {
        // Each item waits for the other: one thread alone could never finish.
        using var team = new WorkerTeam(2);
        using var barrier = new Barrier(2);
        var workers = new int[2];
        team.Run(2, (item, worker) =>
        {
            barrier.SignalAndWait();
            workers[item] = worker;
        });
        Assert.That(workers, Is.EquivalentTo(new[] { 0, 1 }));
    });

    [Test]
    public void Run_BodyThrows_RunsTheRestAndRethrows([Range(1, 4)] int threadCount, [Values(1, 40)] int itemCount) => WithinDeadline(() =>
    {
        using var team = new WorkerTeam(threadCount);
        var ran = 0;
        Assert.That(
            () => team.Run(itemCount, (item, _) =>
            {
                Interlocked.Increment(ref ran);
                if (item % 3 == 0)
                {
                    throw new InvalidDataException("item");
                }
            }),
            Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("item"));
        Assert.That(ran, Is.EqualTo(itemCount));

        // The team is as good as new.
        ran = 0;
        team.Run(itemCount, (_, _) => Interlocked.Increment(ref ran));
        Assert.That(ran, Is.EqualTo(itemCount));
    });

    [Test]
    public void Run_WithinABody_IsRefused([Range(1, 2)] int threadCount) => WithinDeadline(() =>
    {
        using var team = new WorkerTeam(threadCount);
        Assert.That(() => team.Run(3, (_, _) => team.Run(2, (_, _) => { })), Throws.InvalidOperationException);
    });

    [Test]
    public void Run_SteadyState_AllocatesNothing() => WithinDeadline(() =>
    {
        using var team = new WorkerTeam(2);
        Action<int, int> body = (_, _) => { };
        team.Run(4, body);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var job = 0; job < 1_000; job++)
        {
            team.Run(4, body);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    });

    [Test]
    public void Dispose_AtAnyMoment_EndsTheThreadsAndRefusesWork([Range(1, 4)] int threadCount) => WithinDeadline(() =>
    {
        for (var round = 0; round < 50; round++)
        {
            var team = new WorkerTeam(threadCount);
            team.Run(round % 3, (_, _) => { });
            team.Dispose();
            team.Dispose();
            Assert.That(() => team.Run(1, (_, _) => { }), Throws.InstanceOf<ObjectDisposedException>());
        }
    });

    [TestCase(0)]
    [TestCase(-1)]
    public void Constructor_NoThreads_IsRefused(int threadCount) =>
        Assert.That(() => new WorkerTeam(threadCount), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static void WithinDeadline(Action test)
    {
        var task = Task.Run(test);
        Assert.That(Task.WaitAny([task], Deadline), Is.Zero, "the team hangs");
        task.GetAwaiter().GetResult();
    }
}
