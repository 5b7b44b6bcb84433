namespace Convergence.Merging.Tests.Output;

public sealed class CardNamesTests
{
    [Test]
    public void In_AbsolutePaths_AreSaidByAsManyPartsAsTellThemApart()
    {
        string[] paths = ["/home/me/one/base", "/home/me/two/base", "/home/me/two/base-2", "models/here", "/"];
        var said = new CardNames(paths.Select(path => path == "models/here" ? path : Path.GetFullPath(path)))
            .In(string.Join(' ', paths.Select(path => path == "models/here" ? path : Path.GetFullPath(path))));

        Assert.That(said, Is.EqualTo($"one/base two/base base-2 models/here {Path.GetFullPath("/")}"));
    }
}
