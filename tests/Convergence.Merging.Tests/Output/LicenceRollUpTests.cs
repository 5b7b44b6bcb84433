namespace Convergence.Merging.Tests.Output;

public sealed class LicenceRollUpTests
{
    [TestCase("apache-2.0", "apache-2.0", null, "All parents are under apache-2.0.")]
    [TestCase("apache-2.0 mit", "apache-2.0", null, "permit this use together")]
    [TestCase("cc0-1.0 mit", "mit", null, "mit asks the most")]
    [TestCase("mit cc-by-nc-4.0", "other", "mit, cc-by-nc-4.0", "the most restrictive is cc-by-nc-4.0 (it forbids commercial use)")]
    [TestCase("llama3 gpl-3.0 apache-2.0", "other", "apache-2.0, gpl-3.0, llama3", "the most restrictive is llama3 (it forbids some uses)")]
    [TestCase("cc-by-nc-nd-4.0", "cc-by-nc-nd-4.0", null, "forbids derived works, and a merge is one")]
    [TestCase("acme-1.0", "other", "acme-1.0", "All parents are under acme-1.0.")]
    [TestCase("mit acme-1.0", "other", "mit, acme-1.0", "its terms are not known here")]
    [TestCase("mit -", "unknown", null, "1 of 2 parents states no licence")]
    [TestCase("- - -", "unknown", null, "3 of 3 parents state no licence")]
    public void Of_ParentsLicences_SaysTheStrictestPlainly(string licences, string identifier, string? name, string explanation)
    {
        var rollUp = LicenceRollUp.Of([.. licences.Split(' ').Select(licence => licence == "-" ? null : licence)]);
        Assert.That((rollUp.Identifier, rollUp.Name), Is.EqualTo((identifier, name)));
        Assert.That(rollUp.Explanation, Does.Contain(explanation));
    }
}
