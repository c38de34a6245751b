"""Certificates: their signature without a database, revocation, another paper (P26)."""

import base64
import json
from datetime import date
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from miaopu.core.problem import Problem
from miaopu.evaluations.signatures import Facts, read, signed
from miaopu.people.roles import Role
from seeded import Headers, turn_to
from trained import Training

FACTS = Facts("NM2024-001", "AB12", "阿拉腾·苏布达", "mathematics", "excellent", "内蒙古大学", 2024, date(2024, 12, 20))


async def issued(training: Training) -> tuple[Headers, dict[str, Any]]:
    """The region's office, and the certificate of the first student, who is excellent."""
    async with training.at.app.state.database.session() as session:
        # Past the rules of the final: they are not what is tried here.
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(
            text("UPDATE enrolments SET state = 'excellent', grade = 'excellent' WHERE id = :id"),
            {"id": training.enrolment.id},
        )
        await session.commit()
    turn_to("2024-12-20T10:00", training.at.plan)
    region, _ = await training.at.person(Role.REGION_OFFICE, "region", "自治区")
    done = await training.call("POST", "/certificates/issue", region)
    assert done == {"certificates": 1, "without": 0}
    (one,) = (await training.call("GET", "/certificates", region))["items"]
    return region, one


async def qr(training: Training, certificate: dict[str, Any]) -> str:
    """What the QR carries behind the `#`."""
    async with training.at.app.state.database.session() as session:
        found = await session.scalar(
            text("SELECT signature FROM certificates WHERE id = :id"), {"id": certificate["id"]}
        )
    return str(found)


async def test_p26_the_signature_of_the_qr_is_true_without_the_database_and_a_changed_letter_is_found(
    training: Training,
) -> None:
    _, one = await issued(training)
    carried = await qr(training, one)
    anybody: Headers = {}
    said = await training.call("POST", "/public/certificates/signature", anybody, {"signed": f"#{carried}"})
    assert (said["number"], said["name"], said["grade"], said["code"]) == (
        one["number"], one["name"], "excellent", one["code"],
    )  # fmt: skip
    kid, body, signature = carried.split(".")
    better = base64.urlsafe_b64encode(
        base64.urlsafe_b64decode(body + "==").replace("学生1".encode(), "学生2".encode())
    ).decode().rstrip("=")  # fmt: skip
    for wrong in (f"{kid}.{better}.{signature}", f"ffffffff.{body}.{signature}", "nonsense.without.meaning"):
        refused = await training.call("POST", "/public/certificates/signature", anybody, {"signed": wrong}, 422)
        assert refused["code"] == "signature_invalid"
    # Anybody can check it with the published key and a tool of their own.
    (key,) = (await training.call("GET", "/public/certificate-keys", anybody))["keys"]
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    public.verify(base64.urlsafe_b64decode(signature + "=="), base64.urlsafe_b64decode(body + "=="))
    with pytest.raises(InvalidSignature):
        public.verify(base64.urlsafe_b64decode(signature + "=="), b"another text")


async def test_p26_the_signature_is_read_while_the_database_is_away(training: Training) -> None:
    _, one = await issued(training)
    carried = await qr(training, one)
    state = training.at.app.state
    await state.database.close()
    transport = httpx.ASGITransport(app=training.at.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as http:
        answer = await http.post("/public/certificates/signature", json={"signed": carried})
        assert (await http.get(f"/public/certificates/{one['code']}")).status_code >= 500
    await state.database.open()
    assert answer.status_code == 200, answer.text
    assert answer.json()["number"] == one["number"]


async def test_p26_a_revoked_certificate_is_void_for_the_public_and_the_family_is_told(training: Training) -> None:
    region, one = await issued(training)
    path, body = f"/certificates/{one['id']}", {"version": one["version"], "reason": "课题报告系抄袭，经复核属实"}
    for who in (training.student, training.mentor, training.guardian):
        await training.call("POST", f"{path}/revoke", who, body, 403)
    short = await training.call("POST", f"{path}/revoke", region, {**body, "reason": " "}, 422)
    assert short["errors"][0]["pointer"] == "/reason"
    await training.call("POST", f"{path}/revoke", region, body)
    checked = await training.call("GET", f"/public/certificates/{one['code']}", {})
    assert checked["status"] == "revoked"
    # The public learns that it is void, not why.
    assert "抄袭" not in json.dumps(checked, ensure_ascii=False)
    again = await training.call("POST", f"{path}/revoke", region, {**body, "version": one["version"] + 1}, 409)
    assert again["code"] == "certificate_revoked"
    for who in (training.student, training.guardian):
        told = (await training.call("GET", "/notices", who))["items"]
        assert "certificate.revoke" in [line["kind"] for line in told]
    assert (await training.call("GET", "/certificates?valid=true", region))["items"] == []
    assert (await training.call("GET", path, training.student))["revoked_reason"] == body["reason"]


async def test_p26_another_paper_has_its_own_number_and_the_old_one_says_that_it_was_replaced(
    training: Training,
) -> None:
    region, one = await issued(training)
    body = {"version": one["version"], "reason": "姓名有误", "name": "学生一"}
    made = await training.call("POST", f"/certificates/{one['id']}/reissue", region, body)
    new = await training.call("GET", f"/certificates/{made['id']}", training.student)
    assert (new["name"], new["status"], new["number"] != one["number"]) == ("学生一", "valid", True)
    old = await training.call("GET", f"/public/certificates/{one['code']}", {})
    assert old["status"] == "replaced"
    said = await training.call("POST", "/public/certificates/signature", {}, {"signed": await qr(training, new)})
    assert said["name"] == "学生一"
    stale = await training.call("POST", f"/certificates/{one['id']}/reissue", region, body, 409)
    assert stale["code"] in ("stale", "certificate_revoked")


async def test_p26_long_names_with_dots_are_signed_and_read_again(training: Training) -> None:
    ring = training.at.app.state.paper_keys
    assert read(ring.public, signed(ring, FACTS)) == FACTS
    # What a QR of the certificate's size still carries well.
    assert len(signed(ring, FACTS)) < 400
    with pytest.raises(Problem):
        read({}, signed(ring, FACTS))
