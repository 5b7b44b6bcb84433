namespace Convergence.Reporting.Tests.Text;

public sealed class MarkdownTests
{
    [Test]
    public void Escape_LeavesNothingThatActs() =>
        Assert.That(Markdown.Escape("a|b*c_[x](y)<b>\n# d`"), Is.EqualTo("a\\|b\\*c\\_\\[x\\](y)\\<b\\> \\# d\\`"));

    [Test]
    public void Fenced_UsesMoreBackticksThanTheContentHas() =>
        Assert.That(Markdown.Fenced("md", "```\nx\n```\n"), Is.EqualTo("````md\n```\nx\n```\n````\n"));
}
