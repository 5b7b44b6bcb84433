using Convergence.Tensors.Cpu;

namespace Convergence.Merging.Tests.Execution.Streaming;

public sealed class MergeCrewTests
{
    private CpuDevice _device = null!;

    [SetUp]
    public void CreateDevice() => _device = new CpuDevice(threadCount: 1);

    [TearDown]
    public void DisposeDevice() => _device.Dispose();

    [Test]
    public void Run_ManyJobs_DoesEveryBlockOnceBeforeItReturns([Values(1, 2, 5)] int threadCount)
    {
        using var crew = new MergeCrew(_device, threadCount);
        for (var blockCount = 0; blockCount < 200; blockCount++)
        {
            var done = new int[blockCount];
            crew.Run(blockCount, (block, _) => Interlocked.Increment(ref done[block]));
            Assert.That(done, Is.All.EqualTo(1));
        }
    }

    [Test]
    public void Run_ManyBlocks_GivesEveryThreadALaneOfItsOwn()
    {
        using var crew = new MergeCrew(_device, threadCount: 3);
        var users = new System.Collections.Concurrent.ConcurrentDictionary<MergeLane, int>();
        var clashCount = 0;
        crew.Run(2000, (_, lane) =>
        {
            if (!users.TryAdd(lane, 0))
            {
                Interlocked.Increment(ref clashCount);
            }

            Thread.SpinWait(50);
            users.TryRemove(lane, out int _);
        });
        Assert.That(clashCount, Is.Zero);
    }

    [Test]
    public void Run_BlockThatThrows_RethrowsAndGoesOnAfterwards([Values(1, 3)] int threadCount)
    {
        using var crew = new MergeCrew(_device, threadCount);
        var doneCount = 0;
        void Job(int block, MergeLane lane)
        {
            Interlocked.Increment(ref doneCount);
            if (block == 3)
            {
                throw new MergeException("block 3");
            }
        }

        Assert.That(() => crew.Run(10, Job), Throws.TypeOf<MergeException>().With.Message.EqualTo("block 3"));
        Assert.That(doneCount, Is.EqualTo(10), "a caller may free what the blocks use");
        crew.Run(2, (_, _) => doneCount++);
    }

    [Test]
    public void Post_BesideJobs_DoesChoresInOrderOneAtATime([Values(1, 2, 4)] int threadCount)
    {
        const int ChoreCount = 300;
        var order = new List<int>();
        using (var crew = new MergeCrew(_device, threadCount))
        {
            for (var chore = 0; chore < ChoreCount; chore++)
            {
                var number = chore;

                // A list would break if two chores ran at once.
                crew.Post(() => order.Add(number));
                crew.Run(chore % 5, (_, _) => Thread.SpinWait(20));
            }
        }

        Assert.That(order, Is.EqualTo(Enumerable.Range(0, ChoreCount)), "none is forgotten at the end");
    }

    [Test]
    public void WaitUntil_OneThread_DoesTheChoreThatItWaitsFor()
    {
        using var crew = new MergeCrew(_device, threadCount: 1);
        var isDone = false;
        crew.Post(() => isDone = true);
        crew.WaitUntil(() => isDone);
        Assert.That(isDone);
    }

    [Test]
    public void WaitUntil_ChoreThatThrew_Rethrows()
    {
        using var crew = new MergeCrew(_device, threadCount: 2);
        var isDone = false;
        crew.Post(() => throw new MergeException("chore"));
        crew.Post(() => isDone = true);
        Assert.That(() => crew.WaitUntil(() => isDone), Throws.TypeOf<MergeException>());
    }
}
