using Convergence.Testing;

namespace Convergence.Merging.Tests.Output.Lock;

public sealed class DigestCacheTests
{
    private static readonly DateTime Settled = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private TemporaryDirectory _folder = null!;

    private string CachePath => _folder.Combine("cache", "digests.json");

    private string FilePath => _folder.Combine("file");

    [SetUp]
    public void MakeFile()
    {
        _folder = new TemporaryDirectory();
        Write("one", Settled);
    }

    [TearDown]
    public void RemoveFile() => _folder.Dispose();

    [Test]
    public void Get_FileThatIsKnown_IsNotReadAgain()
    {
        var first = Remember();

        // Other bytes under the same size and time: only a cache that is asked can give the old digest.
        Write("two", Settled);
        Assert.That(new DigestCache(CachePath).Get(FilePath), Is.EqualTo(first));
    }

    [Test]
    public void Get_FileOfAnotherTimeOrSize_IsHashedAgain()
    {
        var first = Remember();
        Write("two", Settled.AddSeconds(1));
        Assert.That(new DigestCache(CachePath).Get(FilePath).Sha256, Is.Not.EqualTo(first.Sha256));
        Write("longer", Settled);
        Assert.That(new DigestCache(CachePath).Get(FilePath), Is.EqualTo(FileDigest.Of(FilePath)));
    }

    [Test]
    public void Get_FileThatWasChangedThisMoment_IsNotRemembered()
    {
        Write("one", TimeProvider.System.GetUtcNow().UtcDateTime);
        Remember();
        Assert.That(File.Exists(CachePath), Is.False);
    }

    [TestCase("{")]
    [TestCase("[]")]
    public void DamagedCache_IsAsGoodAsNone(string text)
    {
        Directory.CreateDirectory(_folder.Combine("cache"));
        File.WriteAllText(CachePath, text);
        Assert.That(Remember(), Is.EqualTo(FileDigest.Of(FilePath)));
        Assert.That(new DigestCache(CachePath).Get(FilePath), Is.EqualTo(FileDigest.Of(FilePath)));
    }

    [Test]
    public void CacheThatCannotBeWritten_IsAsGoodAsNone()
    {
        File.WriteAllText(_folder.Combine("cache"), "a file where the folder belongs");
        Assert.That(Remember(), Is.EqualTo(FileDigest.Of(FilePath)));
    }

    private FileDigest Remember()
    {
        var cache = new DigestCache(CachePath);
        var digest = cache.Get(FilePath);
        cache.Save();
        return digest;
    }

    private void Write(string text, DateTime time)
    {
        File.WriteAllText(FilePath, text);
        File.SetLastWriteTimeUtc(FilePath, time);
    }
}
