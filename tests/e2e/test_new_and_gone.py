"""Resources that a request creates and deletes, seen from both sides."""

from playwright.sync_api import Page, expect

from apps.sandbox.estate import NON_PRODUCTION, PRODUCTION, TOKYO, Account
from tests.e2e.conftest import SignIn
from tests.e2e.flow import apply, approve, ends, fill, open_resource, save, submit
from tests.e2e.stack import Stack, Visitor


def new(visitor: Visitor, what: str) -> Page:
    """The form of a type that is found by a plain word, with the keyboard."""
    page = visitor.go("/resources/")
    page.get_by_role("link", name="Propose a new resource").click()
    page.get_by_role("navigation", name="Where").get_by_role("link", name="Production").click()
    page.get_by_label("Find a type").fill(what)
    page.keyboard.press("Enter")
    return page


def carry_out(requester: Visitor, reviewer: Visitor) -> None:
    """The request that is open in a draft, to its end."""
    address = submit(requester.page)
    approve(reviewer, address)
    apply(requester.page, address)
    ends(requester.page, "Succeeded")


def test_a_security_group_with_a_rule_and_a_bucket_come_and_go(stack: Stack, enter: SignIn) -> None:
    aiko, ben = enter("aiko"), enter("ben")
    page = new(aiko, "firewall")
    fill(page, GroupName="batch-prod", GroupDescription="Batch workers", Title="A group for batch workers")
    network = page.locator("datalist#offer-AWS-EC2-VPC-VpcId option").first.get_attribute("value")
    page.get_by_label("VpcId").fill(network or "")
    page.get_by_role("button", name="Add HTTPS to SecurityGroupIngress").click()
    expect(page.get_by_label("FromPort, SecurityGroupIngress 1")).to_have_value("443")
    source = page.get_by_label("Source, SecurityGroupIngress 1")
    source.fill("10.0.0.0/99")
    expect(page.locator("td", has=source).locator("ul.errors")).to_contain_text("network")
    for label, value in {"FromPort": "8080", "ToPort": "8080", "Source": "10.0.0.0/8"}.items():
        page.get_by_label(f"{label}, SecurityGroupIngress 1").fill(value)
    expect(page.locator("td", has=source).locator("ul.errors")).to_have_count(0)
    cr = save(page)
    page = new(aiko, "S3 bucket")
    fill(page, BucketName="kumo-batch-results-prod")
    page.get_by_label("Add to", exact=True).select_option(label=f"{cr} A group for batch workers")
    page.get_by_label("Status").select_option("Enabled")
    assert save(page) == cr
    carry_out(aiko, ben)

    account = Account(stack.aws, PRODUCTION, TOKYO)
    wanted = [{"Name": "group-name", "Values": ["batch-prod"]}]
    (group,) = account.client("ec2").describe_security_groups(Filters=wanted)["SecurityGroups"]
    assert [(each["FromPort"], each["IpRanges"][0]["CidrIp"]) for each in group["IpPermissions"]] == [
        (8080, "10.0.0.0/8")
    ]
    s3 = account.client("s3")
    assert s3.get_bucket_versioning(Bucket="kumo-batch-results-prod")["Status"] == "Enabled"

    for name, title in (("batch-prod", "Batch is gone"), ("kumo-batch-results-prod", "")):
        page = open_resource(aiko, name)
        page.get_by_role("link", name="Propose a change").click()
        page.get_by_role("link", name="Propose to delete it").click()
        if title:
            fill(page, Title=title)
        else:
            page.get_by_label("Add to", exact=True).select_option(label=f"{cr} Batch is gone")
        cr = save(page)
    carry_out(aiko, ben)
    assert account.client("ec2").describe_security_groups(Filters=wanted)["SecurityGroups"] == []
    assert "kumo-batch-results-prod" not in [each["Name"] for each in s3.list_buckets()["Buckets"]]
    aiko.go("/resources/?environment=prod&q=batch-prod&state=gone")
    expect(page.locator("#results")).to_contain_text("gone")


def read(page: Page, address: str, name: str) -> None:
    """Wait until a reading has brought it in. The button is there before the reading begins and after it ended."""
    for _ in range(60):
        page.goto(address)
        if page.get_by_role("link", name=name, exact=True).count():
            return
        page.wait_for_timeout(1000)
    raise AssertionError(f"{name} was not read")


def test_what_the_page_does_not_list_is_found_by_typing_a_part_of_its_name(stack: Stack, enter: SignIn) -> None:
    ec2 = Account(stack.aws, NON_PRODUCTION, TOKYO).client("ec2")
    network = ec2.describe_vpcs(Filters=[{"Name": "tag:env", "Values": ["dev"]}])["Vpcs"][0]["VpcId"]
    tagged = [{"ResourceType": "security-group", "Tags": [{"Key": "env", "Value": "dev"}]}]
    about = {"Description": "One of many", "VpcId": network, "TagSpecifications": tagged}
    *_, last = [ec2.create_security_group(GroupName=f"many-{n}", **about)["GroupId"] for n in range(10, 80)]
    page = enter("aiko").go("/environments/dev/")
    page.get_by_role("button", name="Refresh now").click()
    read(page, f"{stack.url}/resources/?environment=dev&q=many-79", "many-79")

    page.goto(f"{stack.url}/propose/?environment=dev&type=AWS::EC2::SecurityGroup")
    page.get_by_role("button", name="Add to SecurityGroupIngress").click()
    source = page.get_by_label("Source, SecurityGroupIngress 1")
    offered = page.locator(f'datalist option[value="{last}"]')
    expect(offered).to_have_count(0)
    source.fill("many-79")
    expect(offered).to_have_count(1)
    source.fill(last)
    expect(source.locator("xpath=..").locator("[data-chosen]")).to_contain_text("many-79")
